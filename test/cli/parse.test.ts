import { expect, test } from 'vitest';
import type { Options } from '../../src/cli/command.ts';
import { parseFlags } from '../../src/cli/parse.ts';

const options = {
  detach: { short: 'd', type: 'boolean', summary: '' },
  file: { short: 'f', type: 'strings', summary: '' },
  tail: { short: 'n', type: 'string', default: 'all', summary: '' },
  timeout: { short: 't', type: 'number', summary: '' },
  menu: { type: 'boolean', default: true, summary: '' },
} satisfies Options;

test.each([
  [['-dfa', 'x'], { detach: true, file: ['a'] }, ['x']],
  [['-f', 'a', '--file=b', 'x', '-d'], { detach: true, file: ['a', 'b'] }, ['x']],
  [['-t=5', '--menu=false'], { timeout: 5, menu: false, file: [] }, []],
  [['-n5', '--', '-d'], { tail: '5', file: [] }, ['-d']],
  [['-'], { file: [] }, ['-']],
])('%j', (argv, values, args) => {
  const parsed = parseFlags(options, argv);
  expect(parsed.values).toEqual({ tail: 'all', menu: true, ...values });
  expect(parsed.args).toEqual(args);
});

test('flags end at the first argument where commands follow', () => {
  expect(parseFlags(options, ['-d', 'web', 'ls', '-d'], false).args).toEqual(['web', 'ls', '-d']);
});

test.each([
  [['--nope'], 'unknown flag: --nope'],
  [['-dz'], "unknown shorthand flag: 'z' in -dz"],
  [['--file'], 'flag needs an argument: --file'],
  [['-t', 'soon'], 'invalid argument "soon" for "--timeout" flag'],
])('%j is refused', (argv, message) => {
  expect(() => parseFlags(options, argv)).toThrow(message);
});
