import { expect, test } from 'vitest';
import { pullAge } from '../../src/model/pull-policy.ts';

test.each([
  ['daily', undefined, 86_400],
  ['weekly', undefined, 604_800],
  ['every_1w2d', undefined, 777_600],
  ['every_90s', '1h', 90],
  ['refresh', '1h30m', 5_400],
  ['refresh', undefined, 0],
  ['always', '1h', undefined],
  ['missing', undefined, undefined],
  [undefined, '1h', undefined],
])('%s, %s: %s seconds', (policy, after, seconds) => {
  expect(pullAge(policy, after === undefined ? {} : { pull_refresh_after: after })).toBe(seconds);
});
