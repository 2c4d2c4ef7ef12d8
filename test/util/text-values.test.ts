import { expect, test } from 'vitest';
import { readBytes } from '../../src/util/bytes.ts';
import { formatDuration, parseNanoseconds } from '../../src/util/duration.ts';
import { isIP } from '../../src/util/ip.ts';
import { cleanPath, dirname, joinPath } from '../../src/util/path.ts';
import { splitShellWords } from '../../src/util/shellwords.ts';

test.each([
  ['90s', '1m30s'],
  ['2m', '2m0s'],
  ['36h', '36h0m0s'],
  ['1500ms', '1.5s'],
  ['1h5m30s20ms', '1h5m30.02s'],
  ['100us', '100µs'],
  ['-10s', '-10s'],
  ['0', '0s'],
  ['2d', '48h0m0s'],
])('the duration %s is %s', (text, canonical) => {
  const nanoseconds = parseNanoseconds(text);
  expect(nanoseconds === undefined ? undefined : formatDuration(nanoseconds)).toBe(canonical);
});

test.each(['', '10', '5 s', '10x', 's', '1m-3s'])('%j is no duration', (text) => {
  expect(parseNanoseconds(text)).toBeUndefined();
});

test.each([
  ['64m', 64 * 1024 ** 2],
  ['1.5g', 1.5 * 1024 ** 3],
  ['1 GB', 1024 ** 3],
  ['512', 512],
  ['-1', -1],
  ['2KiB', 2048],
])('the size %s is %d bytes', (text, bytes) => {
  expect(readBytes(text)).toBe(bytes);
});

test.each([
  ['a  b', ['a', 'b']],
  [`a "b c" 'd "e"'`, ['a', 'b c', 'd "e"']],
  ['a ""', ['a', '']],
  ['cat a | grep b', ['cat', 'a']],
  ['run 2>log', ['run']],
  ['echo $(date -u) x', ['echo', '$(date -u)', 'x']],
  ['a # b', ['a', '#', 'b']],
])('the command %s has the words %j', (line, words) => {
  expect(splitShellWords(line)).toEqual(words);
});

test.each(['a "b', "a 'b", 'a (b)', 'a \\'])('%j is no command', (line) => {
  expect(splitShellWords(line)).toBeUndefined();
});

test('addresses', () => {
  expect(['1.2.3.4', '::1', 'fe80::1%eth0', '::ffff:1.2.3.4'].map(isIP)).toEqual([4, 6, 6, 6]);
  expect(['1.2.3', '1.2.3.256', 'host', '1::2::3', '01.2.3.4', ''].map(isIP)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('paths', () => {
  expect(cleanPath('/x//y/./z/..')).toBe('/x/y');
  expect(joinPath('/a/b', '../../../c')).toBe('/c');
  expect(cleanPath('../a')).toBe('../a');
  expect(dirname('/a')).toBe('/');
});
