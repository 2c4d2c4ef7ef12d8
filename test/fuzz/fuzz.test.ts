import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { random, writeInput } from './inputs.ts';

const root = resolve(import.meta.dirname, '../..');
const seconds = 30;

test('half a minute of odd inputs: a model or a clear error each time, without a crash, a hang or much memory', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'scripts/fuzz.mjs'), String(seconds), '20261124'],
    { cwd: root },
  );
  const [, inputs] = /^(\d+) inputs/m.exec(stdout) ?? [];
  expect(Number(inputs)).toBeGreaterThan(100);
}, 120_000);

test('the same seed gives the same input', () => {
  const texts = ['services: {a: {image: b}}\n', 'a: [b]\n'];
  for (let seed = 1; seed < 60; seed++) {
    const [one, two] = [folderWith({}), folderWith({})];
    for (const folder of [one, two]) writeInput(folder, seed, texts);
    expect(readdirSync(one)).toEqual(readdirSync(two));
    for (const entry of readdirSync(one, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      expect(readFileSync(join(one, entry.name))).toEqual(readFileSync(join(two, entry.name)));
    }
  }
  expect(random(1)()).not.toBe(random(2)());
});
