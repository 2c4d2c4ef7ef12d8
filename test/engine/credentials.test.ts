import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authFor, registryConfigFor } from '../../src/engine/credentials.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'login-'));
  mkdirSync(join(home, '.docker'));
});
afterEach(() => rmSync(home, { recursive: true }));

const config = (value: unknown) => writeFileSync(join(home, '.docker/config.json'), JSON.stringify(value));
const helper = (name: string, script: string) =>
  writeFileSync(join(home, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
const world = () => ({ environment: { PATH: `${home}:${process.env['PATH']}` }, home });
const decode = (header: string | undefined): unknown =>
  header === undefined ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString());
const login = (text: string) => Buffer.from(text).toString('base64');

test('logins in the file, by host and by address', async () => {
  config({
    auths: {
      'https://index.docker.io/v1/': { auth: login('me:hub:secret') },
      'ghcr.io': { auth: login('you:token') },
      'https://registry.example/v2/': { auth: login('x:y') },
    },
  });
  expect(decode(await authFor('busybox', world()))).toEqual({
    username: 'me',
    password: 'hub:secret',
    serveraddress: 'https://index.docker.io/v1/',
  });
  expect(decode(await authFor('ghcr.io/a/b:1', world()))).toMatchObject({
    username: 'you',
    password: 'token',
  });
  expect(decode(await authFor('registry.example/a', world()))).toMatchObject({ username: 'x' });
  expect(await authFor('quay.io/a/b', world())).toBeUndefined();
  expect(Object.keys(decode(await registryConfigFor(world())) as object)).toHaveLength(3);
});

test('a helper is asked with the registry, and its tokens are identity tokens', async () => {
  config({ credsStore: 'one', credHelpers: { 'ghcr.io': 'two' } });
  helper('one', 'read r; echo "{\\"Username\\":\\"$r\\",\\"Secret\\":\\"s\\"}"');
  helper('two', 'echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"t\\"}"');
  expect(decode(await authFor('quay.io/a', world()))).toMatchObject({ username: 'quay.io', password: 's' });
  expect(decode(await authFor('ghcr.io/a', world()))).toEqual({
    identitytoken: 't',
    serveraddress: 'ghcr.io',
  });
});

test('a helper without a login is no error; a broken or missing one is', async () => {
  config({ credsStore: 'none' });
  helper('none', 'echo "credentials not found in native keychain"; exit 1');
  expect(await authFor('quay.io/a', world())).toBeUndefined();
  helper('none', 'echo "keychain is locked" >&2; exit 1');
  await expect(authFor('quay.io/a', world())).rejects.toThrow(/keychain is locked/);
  config({ credsStore: 'missing' });
  await expect(authFor('quay.io/a', world())).rejects.toThrow(/not installed/);
});

test('no file, no login', async () => {
  rmSync(join(home, '.docker'), { recursive: true });
  expect(await authFor('busybox', world())).toBeUndefined();
  expect(await registryConfigFor(world())).toBeUndefined();
});
