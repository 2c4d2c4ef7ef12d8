import { expect, test } from 'vitest';
import { formatReference, parseReference } from '../../src/util/reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['redis', 'docker.io/library/redis:latest'],
  ['redis:7', 'docker.io/library/redis:7'],
  ['bitnami/redis', 'docker.io/bitnami/redis:latest'],
  ['index.docker.io/redis', 'docker.io/library/redis:latest'],
  ['localhost/app', 'localhost/app:latest'],
  ['127.0.0.1:5000/a/b:x', '127.0.0.1:5000/a/b:x'],
  ['[::1]:5000/a', '[::1]:5000/a:latest'],
  [`ghcr.io/a/b@${digest}`, `ghcr.io/a/b@${digest}`],
  [`ghcr.io/a/b:1@${digest}`, `ghcr.io/a/b:1@${digest}`],
])('%s is %s', (text, full) => {
  const parsed = parseReference(text);
  expect(parsed && formatReference(parsed)).toBe(full);
});

test.each(['', ':tag', 'UPPER', 'a b', 'redis:', 'redis@sha256:short', 'a//b', '-a', 'x:y:z'])(
  '%j is no reference',
  (text) => expect(parseReference(text)).toBeUndefined(),
);
