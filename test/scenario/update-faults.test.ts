import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { engineCall, projectState } from '../support/engines.ts';
import { exits, prints, printsNot, service } from './checks.ts';
import { type Check, Scenario, scenario } from './scenario.ts';
import { port } from './web.ts';

interface Version {
  readonly command?: string;
  readonly image?: string;
  /** Of the health check. */
  readonly test?: string;
  /** Of the host. */
  readonly port?: number;
}

/** A service with data, which can't have two containers at a time. */
function database(s: Scenario, version: string, more: Version = {}): void {
  const { command = 'sleep 600', image = 'tscompose-base/busybox', test = 'true', port: published } = more;
  s.file(
    'compose.yaml',
    `services:
  db:
    image: ${image}
    command: ${command}
    stop_signal: SIGKILL
    environment: { V: "${version}" }
    healthcheck: { test: '${test}', interval: 300ms, retries: 2 }
    volumes: ["data:/data"]
    ports: [${published === undefined ? '' : `"${published}:80"`}]
    deploy: { update_config: { order: stop-first, failure_action: rollback } }
volumes:
  data:
`,
  );
}

/** This version runs, alone, with the data that was written. */
const serves =
  (version: string): Check =>
  async (context) => {
    const { scenario: s } = context;
    await service('db', 'running')(context);
    const [one] = (await projectState(s.host, s.project)).containers;
    expect(one?.name).toBe(`${s.project}-db-1`);
    const { body } = await engineCall(s.host, 'GET', `/containers/${one?.id}/json`);
    expect(JSON.stringify(body)).toContain(`"V=${version}"`);
    const read = await s.tscompose(['exec', '-T', 'db', 'cat', '/data/x']);
    expect(read.stdout, read.stderr).toBe('42\n');
  };

const write = ['exec', '-T', 'db', 'sh', '-c', 'echo 42 > /data/x'];

scenario(
  'whatever is wrong with a new version of a database, the old one is back with its data',
  async (s) => {
    database(s, '1');
    await s.step('up', ['up', '-d'], exits(0));
    await s.step('write', write, exits(0), serves('1'));
    database(s, '2', { command: 'no-such-program' });
    await s.step('exits at once', ['up', '-d'], exits(4), prints('was rolled back'), serves('1'));
    database(s, '2', { test: 'false' });
    await s.step('never healthy', ['up', '-d'], exits(4), prints('was rolled back'), serves('1'));
    database(s, '2', { image: '127.0.0.1:1/no-such:1' });
    await s.step('no such image', ['--pull-retries', '0', 'up', '-d'], exits(1), serves('1'));
    const holder = createServer().listen(port(s));
    await once(holder, 'listening');
    database(s, '2', { port: port(s) });
    await s.step('port taken', ['up', '-d'], exits(4), prints('was rolled back'), serves('1'));
    holder.close();
    database(s, '2', { test: 'sleep 5 && false' });
    const cut = await s.tscompose(['up', '-d'], { interruptWhen: /db-1 Waiting/ });
    expect(cut.code, cut.stderr).toBe(130);
    expect(cut.stderr).toContain('was interrupted');
    await s.step('after Ctrl-C', ['ps'], exits(0), serves('1'));
    database(s, '2');
    await s.step('mended', ['up', '-d'], exits(0), serves('2'));
  },
  { engines: ['docker'] },
);

scenario(
  'a command that is killed holds nobody up, and who holds a project is told',
  async (s) => {
    database(s, '1');
    await s.step('up', ['up', '-d'], exits(0));
    await s.step('write', write, exits(0));
    database(s, '2', { test: 'sleep 5 && false' });
    let pid = 0;
    const killed = s.tscompose(['up', '-d'], {
      started: (child) => {
        pid = child.pid ?? 0;
        child.stderr?.on('data', async (text) => {
          if (!/db-1 Waiting/.test(String(text)) || child.killed) return;
          await others;
          child.kill('SIGKILL');
        });
      },
    });
    const begun = new Promise<void>((done) => setTimeout(done, 1500));
    const others = begun.then(async () => {
      const holder = `is being changed by tscompose up (process ${pid},`;
      await s.step('no wait', ['--lock-timeout', '0', 'up', '-d'], exits(1), prints(holder));
      await s.step('reading needs no lock', ['ps', '-a'], exits(0), printsNot(holder));
    });
    expect((await killed).code).toBe(-1);
    database(s, '3');
    await s.step('the next', ['up', '-d'], exits(0), printsNot('waiting for'), serves('3'));
  },
  { engines: ['docker'] },
);

scenario(
  'two machines at once: neither leaves anything that the next up does not put right',
  async (s) => {
    const other = new Scenario(s.host, s.project);
    const both = (version: string) => {
      for (const one of [s, other]) database(one, version);
    };
    for (const one of [s, other]) one.environment['TSCOMPOSE_STATE'] = join(one.folder, 'state');
    try {
      both('1');
      const first = await Promise.all([s.tscompose(['up', '-d']), other.tscompose(['up', '-d'])]);
      expect(first.map(({ code }) => code)).toContain(0);
      await s.step('one', ['up', '-d'], exits(0), service('db', 'running'));
      await s.step('write', write, exits(0), serves('1'));
      both('2');
      const second = await Promise.all([s.tscompose(['up', '-d']), other.tscompose(['up', '-d'])]);
      for (const { code, stderr } of second) expect([0, 1, 4], stderr).toContain(code);
      await s.step('the next', ['up', '-d'], exits(0), serves('2'));
      await s.step('nothing is left to do', ['plan'], exits(0));
    } finally {
      await other.close();
    }
  },
  { engines: ['docker'] },
);
