import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const tools = resolve('../shared/tools/run-cases.mjs');
const cases = resolve('../shared/corpus/cases');
const built = existsSync(resolve('dist/main.js'));

/** A sample: the whole corpus takes minutes and is run on demand. */
test.skipIf(!existsSync(tools) || !built)('merging is what the reference does', { timeout: 120_000 }, () => {
  const args = [
    tools,
    '--cases',
    cases,
    '--cmd',
    resolve('bin/tscompose'),
    '--only',
    'spec-merge-*',
    '--jobs',
    '2',
  ];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(output).toMatch(/ 0 failed\n$/);
});
