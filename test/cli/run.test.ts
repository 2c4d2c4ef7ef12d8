import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { runLine } from '../../src/cli/main.ts';

it.each([['--tty'], ['--no-tty=false']])('run refuses %s without a terminal to attach', async (flag) => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = { stdin, stdout, stderr, environment: {}, workingDir: '/' };
  expect(await runLine(['run', flag, 'web', 'sh'], terminal)).toBe(1);
  expect(String(stderr.read())).toContain('cannot attach stdin to a TTY-enabled container');
});
