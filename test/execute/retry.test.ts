import { describe, expect, test } from 'vitest';
import { EngineError, type EngineErrorKind } from '../../src/diagnostic/errors.ts';
import { failureOf } from '../../src/engine/docker/failures.ts';
import { withRetries } from '../../src/execute/transfer/retry.ts';

const error = (kind: EngineErrorKind) => new EngineError(kind, 'POST /images/create x', kind);

/** Runs work that fails in these ways before it succeeds. @returns its tries, and the pauses between them */
async function tries(failures: readonly EngineErrorKind[], asked?: number, retries = 3) {
  const pauses: number[] = [];
  let count = 0;
  const outcome = await withRetries(
    async () => {
      const kind = failures[count++];
      if (kind !== undefined) throw error(kind);
    },
    {
      ...{ retries, signal: new AbortController().signal, onRetry: () => {}, random: () => 1 },
      pause: async () => asked,
      wait: async (milliseconds) => {
        pauses.push(milliseconds);
      },
    },
  ).then(
    () => 'done',
    (reason: unknown) => (reason instanceof EngineError ? reason.kind : 'other'),
  );
  return { outcome, count, pauses };
}

describe('transfers are tried again', () => {
  test('after disturbances, each time after twice the pause', async () => {
    expect(await tries(['transient', 'transient', 'transient'])).toEqual({
      ...{ outcome: 'done', count: 4, pauses: [1000, 2000, 4000] },
    });
  });
  test('as often as was asked, not more', async () => {
    expect(await tries(['transient', 'transient'], undefined, 1)).toEqual({
      ...{ outcome: 'transient', count: 2, pauses: [1000] },
    });
    expect((await tries(['transient'], undefined, 0)).count).toBe(1);
  });
  test('after a registry has had enough: only when it says so, and soon', async () => {
    expect(await tries(['limited'], 7)).toEqual({ outcome: 'done', count: 2, pauses: [7000] });
    expect(await tries(['limited'])).toEqual({ outcome: 'limited', count: 1, pauses: [] });
    expect(await tries(['limited'], 3600)).toEqual({ outcome: 'limited', count: 1, pauses: [] });
  });
  test.each(['denied', 'not-found', 'no-space', 'invalid', 'unreachable', 'other'] as const)(
    'never for what comes again: %s',
    async (kind) => expect((await tries([kind])).count).toBe(1),
  );
});

test.each([
  ['toomanyrequests: You have reached your pull rate limit', 'limited'],
  ['pull access denied for x, repository does not exist or may require "docker login"', 'denied'],
  ['manifest for r/a:1 not found: manifest unknown: manifest unknown', 'not-found'],
  ['Get "https://r/v2/": net/http: request canceled (Client.Timeout exceeded while awaiting)', 'transient'],
  ['received unexpected HTTP status: 500 Internal Server Error', 'transient'],
  [
    'failed to do request: Head "http://m:5000/v2/library/x/manifests/1?ns=docker.io": dial tcp: connect: connection refused',
    'transient',
  ],
  ['read tcp 10.0.0.1:4->10.0.0.2:443: read: connection reset by peer', 'transient'],
  ['unexpected EOF', 'transient'],
  ['Get "https://nowhere.test/v2/": dial tcp: lookup nowhere.test: no such host', 'unreachable-registry'],
  ['x509: certificate signed by unknown authority', 'unreachable-registry'],
  ['write /var/lib/docker/tmp/GetImageBlob1: no space left on device', 'no-space'],
  ['manifest verification failed for digest sha256:ab', 'invalid'],
  ['filesystem layer verification failed for digest sha256:ab', 'invalid'],
  ['Download config.json digest sha256:a4 does not match expected sha256:6a', 'invalid'],
  ['manifest does not match provided manifest digest sha256:ab', 'invalid'],
  ['the pull failed in a way that nobody knows', 'other'],
] as const)('%s', (message, kind) => expect(failureOf(message).kind).toBe(kind));

test('a mirror that is away is told from the registry itself', () => {
  const at = (query: string) =>
    failureOf(
      `Head "http://m:5000/v2/x/manifests/1${query}": dial tcp 127.0.0.1:5000: connect: connection refused`,
    );
  expect(at('?ns=docker.io').hint).toContain('registry-mirrors');
  expect(at('').hint).not.toContain('registry-mirrors');
});
