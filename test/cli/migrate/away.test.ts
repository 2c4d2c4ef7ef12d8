import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdBack, movesOf } from '../../../src/cli/migrate/away.ts';
import { type MoveRecord, type Phase, writeRecord } from '../../../src/cli/migrate/record.ts';
import { planStart } from '../../../src/plan/start.ts';
import { planStop } from '../../../src/plan/stop.ts';
import { planUp } from '../../../src/plan/up.ts';
import { emptyEngine, plainMaterials, project, upIntent } from '../../support/builders.ts';
import { simulate } from '../../support/simulate.ts';

const web = project({ web: { image: 'web' } });
const running = simulate(planUp(web, emptyEngine(web), upIntent(), plainMaterials), emptyEngine(web));
const stopped = simulate(planStop(web, running, { command: 'stop', services: [] }), running);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'away-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function moved(phase: Phase, more: Partial<MoveRecord> = {}): void {
  const containers = running.containers.map(({ id, name, service }) => ({
    ...{ id, name, service, restart: 'always', running: true },
  }));
  writeRecord(folder, {
    ...{ id: 'abc', project: 'p', phase, began: '', changed: '', containers, volumes: [], files: [] },
    ...{ from: { name: 'local', address: 'unix:///a' }, to: { name: 'second', address: 'ssh://b' } },
    ...{ projectDirectory: '/p', profiles: [], envFiles: [], services: [], intent: {}, removeSource: false },
    ...more,
  });
}
const refusals = (observed = stopped) => {
  const plan = planStart(web, observed, { command: 'start', services: [], wait: false });
  return holdBack(plan, observed, movesOf(folder, 'p')).refusals.map(({ code }) => code);
};

test('what has gone elsewhere is not started again where it was', () => {
  moved('committed');
  expect(refusals()).toEqual(['moved-away']);
  const up = planUp(web, stopped, upIntent({ forceRecreate: true }), plainMaterials);
  expect(holdBack(up, stopped, movesOf(folder, 'p')).refusals).toMatchObject([
    { exit: 3, message: 'p goes on at second; what is here is what it was before' },
  ]);
});

test.each(['copying', 'cut', 'starting', 'finished', 'aborted'] as const)(
  'a move that is %s holds nothing back',
  (phase) => {
    moved(phase);
    expect(refusals()).toEqual([]);
  },
);

test('other projects and containers that were made since are free', () => {
  moved('committed', { project: 'q' });
  expect(refusals()).toEqual([]);
  moved('committed');
  const anew = { ...stopped, containers: stopped.containers.map((c) => ({ ...c, id: `${c.id}-new` })) };
  expect(refusals(anew)).toEqual([]);
});
