import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { consequences } from '../../src/engine/manage/consequences.ts';
import { containersConf } from '../../src/engine/manage/containers-conf.ts';
import { waysOut } from '../../src/engine/manage.ts';
import { explainSsh } from '../../src/engine/ssh/errors.ts';
import { privateEngine, rememberProcess, runningProcess, stateFolder } from '../../src/engine/state.ts';

describe('containers.conf', () => {
  const plain = {
    systemd: true,
    unifiedCgroups: true,
    hybridCgroups: false,
    mayRaiseLimits: true,
    hasRunc: true,
  };
  test('none where the defaults work', () => {
    expect(containersConf(plain, 0)).toBeUndefined();
  });
  test('each lack has its line', () => {
    expect(containersConf({ ...plain, systemd: false }, 0)).toBe(
      '[containers]\n[engine]\ncgroup_manager = "cgroupfs"\n',
    );
    expect(containersConf({ ...plain, hybridCgroups: true }, 0)).toContain('runtime = "runc"');
    expect(containersConf({ ...plain, hybridCgroups: true, hasRunc: false }, 0)).toBeUndefined();
    expect(containersConf({ ...plain, mayRaiseLimits: false }, 0)).toContain('default_ulimits');
    expect(containersConf({ ...plain, mayRaiseLimits: false }, 1000)).toBeUndefined();
  });
});

describe('state of our own engines', () => {
  test('its folder, and sockets that are short enough', () => {
    expect(stateFolder({ environment: {}, home: '/root', uid: 0 })).toBe('/var/lib/tscompose');
    expect(stateFolder({ environment: {}, home: '/home/me', uid: 5 })).toBe(
      '/home/me/.local/state/tscompose',
    );
    const long = { environment: { TSCOMPOSE_STATE: `/x${'y'.repeat(100)}` }, home: '/', uid: 5 };
    const engine = privateEngine(long, 'podman');
    expect(engine.folder.startsWith(stateFolder(long))).toBe(true);
    expect(engine.socket.length).toBeLessThan(108);
  });

  test('a process counts only with its start time', () => {
    const state = mkdtempSync(join(tmpdir(), 'state-'));
    const engine = privateEngine({ environment: { TSCOMPOSE_STATE: state }, home: '/', uid: 0 }, 'docker');
    expect(runningProcess(engine)).toBeUndefined();
    rememberProcess(engine, process.pid);
    expect(runningProcess(engine)?.pid).toBe(process.pid);
    rememberProcess(engine, 2 ** 22 + 1);
    expect(runningProcess(engine)).toBeUndefined();
    rmSync(state, { recursive: true });
  });
});

test('what follows from a version gets less with newer ones', () => {
  const facts = { os: 'linux', arch: 'amd64', address: 'unix:///s' };
  const count = (kind: 'docker' | 'podman', version: string, apiVersion: string) =>
    consequences({ ...facts, kind, version, apiVersion }).length;
  expect(count('docker', '29', '1.51')).toBe(0);
  expect(count('docker', '20.10', '1.41')).toBeGreaterThan(count('docker', '25', '1.44'));
  expect(count('podman', '4.3.1', '1.41')).toBeGreaterThan(count('podman', '6.0.0', '1.41'));
});

test('ways out depend on what is installed', () => {
  const bare = { environment: { PATH: '/nonexistent' }, home: '/', uid: 1000 };
  expect(waysOut({ ...bare, platform: 'darwin' }).join()).toMatch(/Docker Desktop/);
  expect(waysOut({ ...bare, platform: 'linux' })[0]).toMatch(/DOCKER_HOST/);
});

test.each([
  ['me@h: Permission denied (publickey).', 'denied', /login was refused/],
  ['Host key verification failed.', 'denied', /host key is not known/],
  [
    'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.',
    'denied',
    /another one than before/,
  ],
  ['ssh: Could not resolve hostname h: Name or service not known', 'unreachable', /no address/],
  ['ssh: connect to host h port 22: Connection refused', 'unreachable', /no ssh server/],
  ['something new', 'unreachable', /something new/],
])('ssh says %j', (stderr, kind, message) => {
  expect(explainSsh('ssh://h', stderr)).toMatchObject({
    kind,
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
});
