import { expect, it } from 'vitest';
import { binarySize, decimalSize, goTime, humanDuration } from '../../src/output/units.ts';

it.each([
  [0, '0B'],
  [999, '999B'],
  [1_984_132, '1.98MB'],
  [2_200_000, '2.2MB'],
  [1_500_000_000, '1.5GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(decimalSize(bytes)).toBe(text);
});

it.each([
  [324 * 1024, '324KiB'],
  [23.54 * 1024 ** 3, '23.54GiB'],
])('%d bytes are %s in powers of 1024', (bytes, text) => {
  expect(binarySize(bytes)).toBe(text);
});

it.each([
  [0.4, 'Less than a second'],
  [1, '1 second'],
  [59, '59 seconds'],
  [61, 'About a minute'],
  [150, '2 minutes'],
  [3600, 'About an hour'],
  [3600 * 47, '47 hours'],
  [86400 * 3, '3 days'],
  [86400 * 21, '3 weeks'],
  [86400 * 90, '3 months'],
  [86400 * 365 * 3, '3 years'],
])('%d seconds are %s', (seconds, text) => {
  expect(humanDuration(seconds)).toBe(text);
});

it('writes moments as Go does', () => {
  expect(goTime(1_795_486_126)).toBe('2026-11-24 02:08:46 +0000 UTC');
});
