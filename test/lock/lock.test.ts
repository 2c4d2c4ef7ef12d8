import { expect, test } from 'vitest';
import { driftOf, samePlatform, withLock } from '../../src/lock/apply.ts';
import { type Lock, lockText, parseLock } from '../../src/lock/lock.ts';
import { changeLine, lockChanges } from '../../src/lock/refresh.ts';
import { project } from '../support/builders.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const amd64 = ['linux/amd64'];
const lock: Lock = {
  images: {
    'redis:7': { digest: digest('b'), platforms: amd64 },
    nginx: { digest: digest('a'), platforms: amd64 },
  },
  remotes: { 'https://h/a.git#main': { commit: 'c'.repeat(40) }, 'oci://h/a': { digest: digest('d') } },
};

test('the file is sorted, says what it is for, and reads back', async () => {
  const text = await lockText(lock);
  expect(text.startsWith('# ')).toBe(true);
  expect(text.indexOf('version: 1')).toBeLessThan(text.indexOf('images:'));
  expect(text.indexOf('nginx:')).toBeLessThan(text.indexOf('redis:7:'));
  expect(await parseLock(text, 'compose.lock')).toEqual(lock);
});

test.each([
  ['nothing', ''],
  ['another version', 'version: 2\n'],
  ['no YAML', 'version: [\n'],
  ['a digest that is none', 'version: 1\nimages: { a: { digest: latest, platforms: [] } }\n'],
  ['a commit that is none', 'version: 1\nremotes: { a: { commit: main } }\n'],
  ['a list of images', 'version: 1\nimages: [a]\n'],
])('%s is refused with exit code 3', async (_, text) => {
  await expect(parseLock(text, '/p/compose.lock')).rejects.toMatchObject({ code: 'lock-file', exit: 3 });
});

test('images of services, mounts and hooks get their digests; what is built or has one stays', () => {
  const made = project({
    db: { image: 'redis:7', volumes: [{ type: 'image', source: 'nginx', target: '/n' }] },
    app: { image: 'nginx', build: { context: '.' } },
    hook: { image: `nginx@${digest('e')}`, pre_start: [{ command: ['x'], image: 'nginx' }] },
    other: { image: 'other' },
  });
  const { db, app, hook, other } = withLock(made, lock).services;
  expect(db?.image).toBe(`redis:7@${digest('b')}`);
  expect(db?.volumes?.[0]?.source).toBe(`nginx@${digest('a')}`);
  expect(app?.image).toBe('nginx');
  expect(hook?.image).toBe(`nginx@${digest('e')}`);
  expect(hook?.pre_start?.[0]?.image).toBe(`nginx@${digest('a')}`);
  expect(other?.image).toBe('other');
});

test('drift is what is missing, what is not used, and platforms nobody looked up', () => {
  const made = project(
    { a: { image: 'redis:7', platform: 'linux/arm64' }, b: { image: 'new' } },
    { disabledServices: { c: { image: 'nginx' } } },
  );
  const remotes = new Map([['oci://h/a', { digest: digest('d') }]]);
  expect(driftOf(made, lock, 'linux/amd64', { remotes, bases: [] })).toEqual({
    missing: ['new'],
    stale: ['https://h/a.git#main'],
    platforms: ['redis:7 on linux/arm64'],
  });
  expect(samePlatform('linux/arm64', 'linux/arm64/v8')).toBe(true);
  expect(samePlatform('linux/arm', 'linux/arm64')).toBe(false);
});

test('changes are told by name', () => {
  const after: Lock = { images: { nginx: { digest: digest('f'), platforms: amd64 } }, remotes: {} };
  const before: Lock = { ...lock, remotes: {} };
  expect(lockChanges(before, after).map((change) => changeLine(change))).toEqual([
    `~ nginx sha256:${'a'.repeat(12)} -> sha256:${'f'.repeat(12)}`,
    `- redis:7 sha256:${'b'.repeat(12)}`,
  ]);
  expect(lockChanges(undefined, after).map((change) => changeLine(change, 'web'))).toEqual([
    `+ nginx sha256:${'f'.repeat(12)} (web)`,
  ]);
});
