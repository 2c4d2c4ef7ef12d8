import { expect, test } from 'vitest';
import { parseChallenge } from '../../src/registry/auth.ts';
import { retryAfter } from '../../src/registry/errors.ts';

test('reads what a registry asks for', () => {
  const header = 'Bearer realm="https://auth.x/token",service="r.x",scope="repository:a/b:pull,push"';
  expect(parseChallenge(header)).toEqual({
    ...{ scheme: 'bearer', realm: 'https://auth.x/token', service: 'r.x' },
    scope: 'repository:a/b:pull,push',
  });
  expect(parseChallenge('Basic realm="Registry"')?.scheme).toBe('basic');
  expect(parseChallenge('Negotiate')).toBeUndefined();
});

test('reads seconds and dates of Retry-After', () => {
  const now = Date.parse('2026-11-24T10:00:00Z');
  expect(retryAfter('17', now)).toBe(17);
  expect(retryAfter('Tue, 24 Nov 2026 10:00:30 GMT', now)).toBe(30);
  expect(retryAfter('Tue, 24 Nov 2026 09:00:00 GMT', now)).toBe(0);
  expect(retryAfter('soon', now)).toBeUndefined();
  expect(retryAfter(undefined, now)).toBeUndefined();
});
