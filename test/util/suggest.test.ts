import { expect, test } from 'vitest';
import { suggest } from '../../src/util/suggest.ts';

test.each([
  ['dwon', 'down'],
  ['restrat', 'restart'],
  ['xyz', undefined],
])('%s', (word, meant) => {
  expect(suggest(word, ['up', 'restart', 'downs', 'down'])).toBe(meant);
});

test('nothing known, nothing offered', () => {
  expect(suggest('up', [])).toBeUndefined();
});
