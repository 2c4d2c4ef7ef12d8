import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { journalFiles, journalFolder, openJournal, readJournal } from '../../src/execute/record/journal.ts';
import { PlanWriter, project, run } from './plans.ts';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

function written(): PlanWriter {
  const plan = new PlanWriter();
  plan.start(plan.create('web', [], { Env: ['PASSWORD=secret'] }));
  return plan;
}

test('an execution writes each node before and after, with what was made and without bodies', async () => {
  const journal = openJournal(journalFolder(state, project));
  await run(written().plan(), undefined, { journal });
  const lines = readJournal(journal.path);
  expect(
    lines.map((line) => (line.what === 'node' ? `${line.node} ${line.phase} ${line.name}` : line.what)),
  ).toEqual([
    'begin',
    '1 begin shop-web-1',
    '1 done shop-web-1',
    '2 begin shop-web-1',
    '2 done shop-web-1',
    'end',
  ]);
  expect(lines[0]).toMatchObject({ project, nodes: 2, pid: process.pid });
  expect(lines[2]).toHaveProperty('created');
  expect(lines.at(-1)).toMatchObject({ exitCode: 0 });
  expect(readFileSync(journal.path, 'utf8')).not.toContain('secret');
});

test('a last line that was cut off is left out', () => {
  const journal = openJournal(state);
  journal.end(0);
  appendFileSync(journal.path, '{"what":"node","ti');
  expect(readJournal(journal.path).map((line) => line.what)).toEqual(['end']);
});

test('keeps the newest twenty', () => {
  for (let year = 1980; year < 2010; year++) writeFileSync(join(state, `${year}.ndjson`), '');
  const journal = openJournal(state);
  journal.end(0);
  const files = journalFiles(state);
  expect(files).toHaveLength(20);
  expect(files[0]).toBe(join(state, '1991.ndjson'));
  expect(files.at(-1)).toBe(journal.path);
});

test('a folder that cannot be made is no failure', () => {
  writeFileSync(join(state, 'file'), '');
  const journal = openJournal(join(state, 'file', 'below'));
  expect(() => journal.end(0)).not.toThrow();
});
