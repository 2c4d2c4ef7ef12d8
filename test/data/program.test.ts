import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { helperProgram } from '../../src/data/program.ts';

const root = resolve(import.meta.dirname, '../..');
const go = ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'].find(
  (program) => spawnSync(program, ['version'], { stdio: 'ignore' }).status === 0,
);

test('one static program for each architecture, under any of its names', async () => {
  const [one, two, arm, none] = await Promise.all(
    ['amd64', 'x86_64', 'aarch64', 's390x'].map((machine) => helperProgram(machine)),
  );
  expect(none).toBeUndefined();
  if (go === undefined && one === undefined) return;
  expect(two).toBe(one);
  expect(one?.digest).toBe(createHash('sha256').update(one!.bytes).digest('hex').slice(0, 24));
  // ELF; machine 62 is x86-64, 183 is AArch64.
  const machine = (bytes: Uint8Array) => [Buffer.from(bytes).toString('latin1', 1, 4), bytes[18]];
  expect([machine(one!.bytes), machine(arm!.bytes)]).toEqual([
    ['ELF', 62],
    ['ELF', 183],
  ]);
});

test.skipIf(go === undefined)('the program’s own tests', { timeout: 180_000 }, () => {
  const options = { cwd: join(root, 'helper'), encoding: 'utf8' } as const;
  const vet = spawnSync(go!, ['vet', './...'], options);
  expect(vet.stderr + vet.stdout).toBe('');
  const tests = spawnSync(go!, ['test', '-short', '-timeout', '150s', './...'], options);
  expect({ status: tests.status, output: tests.stdout }).toMatchObject({ status: 0 });
});
