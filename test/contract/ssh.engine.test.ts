import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/engine/connect.ts';
import { docker } from '../support/engines.ts';
import { sleep } from './streams.ts';

const sshd = '/usr/sbin/sshd';
const missing = docker === undefined ? 'no engine' : existsSync(sshd) ? undefined : 'no sshd is installed';

/** An engine at the other end of an ssh server of our own. */
describe.skipIf(missing !== undefined)(`ssh${missing === undefined ? '' : ` (${missing})`}`, () => {
  let folder: string;
  let server: ReturnType<typeof spawn>;
  let environment: Record<string, string>;
  const socket = docker?.replace('unix://', '') ?? '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ssh-'));
    const at = (name: string) => join(folder, name);
    for (const name of ['host', 'user', 'stranger']) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
    }
    writeFileSync(at('authorized_keys'), readFileSync(at('user.pub')));
    const port = await freePort();
    writeFileSync(
      at('sshd_config'),
      `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${at('host')}\nAuthorizedKeysFile ${at('authorized_keys')}\nStrictModes no\nPidFile none\nUsePAM no\n`,
    );
    const common = `HostName 127.0.0.1\nPort ${port}\nUser ${userInfo().username}\nIdentitiesOnly yes\nUserKnownHostsFile ${at('known')}\n`;
    writeFileSync(
      at('config'),
      `Host good\n${common}IdentityFile ${at('user')}\nStrictHostKeyChecking accept-new\n` +
        `Host refused\n${common}IdentityFile ${at('stranger')}\nStrictHostKeyChecking accept-new\n` +
        `Host unknown\n${common}IdentityFile ${at('user')}\nUserKnownHostsFile /dev/null\nStrictHostKeyChecking yes\n`.replace(
          `UserKnownHostsFile ${at('known')}\n`,
          '',
        ),
    );
    mkdirSync(at('bin'));
    // ssh reads the configuration of the account, not of HOME.
    writeFileSync(at('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${at('config')}' "$@"\n`);
    chmodSync(at('bin/ssh'), 0o755);
    environment = { PATH: `${at('bin')}:${process.env['PATH']}` };
    mkdirSync('/run/sshd', { recursive: true });
    server = spawn(sshd, ['-D', '-e', '-f', at('sshd_config')], { stdio: 'ignore' });
    await sleep(500);
  });
  afterAll(() => {
    server.kill();
    rmSync(folder, { recursive: true });
  });

  /** ssh processes that forward to our engine. */
  const clients = () =>
    readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .filter((pid) => {
        try {
          const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
          return line[0] === '/usr/bin/ssh' && line.includes(join(folder, 'config'));
        } catch {
          return false;
        }
      })
      .map(Number);

  test('any number of requests needs one ssh process, which ends with the client', async () => {
    const engine = await connect({ host: `ssh://good${socket}`, environment });
    expect(engine.facts).toMatchObject({
      kind: 'docker',
      address: `ssh://good${socket}`,
      arch: expect.any(String),
    });
    await Promise.all(Array.from({ length: 100 }, () => engine.listContainers({ all: true })));
    expect(clients()).toHaveLength(1);
    engine.close();
    await expect.poll(clients).toEqual([]);
  });

  test('a connection that broke is opened again', async () => {
    const engine = await connect({ host: `ssh://good${socket}`, environment });
    const events = await engine.events({}, new AbortController().signal);
    const broken = (async () => {
      for await (const _ of events);
    })();
    const failed = expect(broken).rejects.toMatchObject({ name: 'EngineError', kind: 'unreachable' });
    try {
      for (const pid of clients()) process.kill(pid);
      await failed;
      expect((await engine.info()).ncpu).toBeGreaterThan(0);
    } finally {
      engine.close();
    }
  });

  test.each([
    ['ssh://refused', 'denied', /login was refused/],
    ['ssh://unknown', 'denied', /host key is not known/],
    ['ssh://good/nonexistent.sock', 'unreachable', /no engine's socket at \/nonexistent\.sock/],
    ['ssh://127.0.0.1:1', 'unreachable', /no ssh server/],
  ])('%s', async (host, kind, message) => {
    const failing = connect({ host, environment });
    await expect(failing).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
    await expect.poll(clients).toEqual([]);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const bound = probe.address();
      probe.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0));
    });
  });
}
