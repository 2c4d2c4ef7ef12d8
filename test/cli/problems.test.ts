import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { problemText, wantsColor } from '../../src/cli/problems.ts';
import { describeError } from '../../src/cli/report.ts';
import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts';
import { InvalidProjectError } from '../../src/diagnostic/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsc-'));
afterAll(() => rmSync(folder, { recursive: true }));
const stream = new PassThrough();
const terminal = { stdin: stream, stdout: stream, stderr: stream, environment: {}, workingDir: folder };
const problem: Diagnostic = {
  code: 'TSC121',
  severity: 'error',
  message: 'name must be text',
  place: { file: 'compose.yaml', line: 1, column: 7 },
};

test('the frame comes from the file, as seen from the working directory', () => {
  expect(problemText([problem], { terminal })).toBe('compose.yaml:1:7: error TSC121: name must be text\n');
  writeFileSync(join(folder, 'compose.yaml'), 'name: 3\n');
  expect(problemText([problem], { terminal })).toBe(
    'compose.yaml:1:7: error TSC121: name must be text\n  > 1 | name: 3\n      |       ^\n',
  );
});

test('--ansi reaches the report of an invalid project', () => {
  const error = new InvalidProjectError([problem]);
  const shown = (ansi: string) => describeError(error, { debug: false, terminal, ansi });
  expect(shown('always').text).toContain('\u001b[31m');
  expect(shown('never')).toEqual({ text: problemText([problem], { terminal }), exit: 1 });
});

test.each([
  ['auto', true, {}, true],
  ['auto', false, {}, false],
  ['auto', true, { NO_COLOR: '1' }, false],
  ['auto', true, { NO_COLOR: '' }, true],
  ['auto', true, { TERM: 'dumb' }, false],
  ['never', true, {}, false],
  ['always', false, { NO_COLOR: '1' }, true],
])('colour with --ansi %s, terminal %s, %o: %s', (ansi, isTerminal, environment, expected) => {
  expect(wantsColor(ansi, isTerminal, environment as Record<string, string>)).toBe(expected);
});
