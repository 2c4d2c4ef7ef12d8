import { expect } from 'vitest';
import { engineCall } from '../support/engines.ts';
import { exits, networks, nothingLeft, prints, service, volumes } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';

const sleeper = 'image: tscompose-base/busybox\n    command: sleep 600\n    stop_signal: SIGKILL';

async function inspectOf(s: Scenario, name: string): Promise<Record<string, Record<string, unknown>>> {
  const { status, body } = await engineCall(s.host, 'GET', `/containers/${s.project}-${name}/json`);
  expect(status, name).toBe(200);
  return body as Record<string, Record<string, unknown>>;
}

const idOf = async (s: Scenario, name: string) => String((await inspectOf(s, name))['Id']);

scenario('replicas share out a range of ports; scaling keeps those that stay', async (s) => {
  s.file(
    'compose.yaml',
    `services:\n  web:\n    ${sleeper}\n    scale: 3\n    ports: ["127.0.0.1:21900-21902:80"]\n`,
  );
  const ports = async (...names: readonly string[]) =>
    (
      await Promise.all(
        names.map(async (name) => {
          const shown = JSON.stringify((await inspectOf(s, name))['NetworkSettings']!['Ports']);
          return /"HostPort":"(\d+)"/.exec(shown)?.[1];
        }),
      )
    ).sort();
  await s.step('three', ['up', '-d'], exits(0), service('web', 'running', 'running', 'running'));
  expect(await ports('web-1', 'web-2', 'web-3')).toEqual(['21900', '21901', '21902']);
  const first = await idOf(s, 'web-1');
  await s.step('one', ['up', '-d', '--scale', 'web=1'], exits(0), service('web', 'running'));
  expect(await idOf(s, 'web-1')).toBe(first);
  await s.step('two again', ['scale', 'web=2'], exits(0), service('web', 'running', 'running'));
  expect(new Set(await ports('web-1', 'web-2')).size).toBe(2);
  expect(await idOf(s, 'web-1')).toBe(first);
});

scenario('down takes services of profiles too, whoever asked for them', async (s) => {
  s.file(
    'compose.yaml',
    `services:\n  web:\n    ${sleeper}\n  debug:\n    ${sleeper}\n    profiles: [tools]\n    networks: [extra]\nnetworks:\n  extra:\n`,
  );
  await s.step('up', ['--profile', 'tools', 'up', '-d'], exits(0), service('debug', 'running'));
  await s.step('up without it lets it run', ['up', '-d'], exits(0), service('debug', 'running'));
  await s.step('down without it', ['down'], exits(0), nothingLeft());
});

scenario('containers of other compose files under the same name are left alone, unless forced', async (s) => {
  s.file('a/compose.yaml', `services:\n  web:\n    ${sleeper}\n`);
  s.file('b/compose.yaml', `services:\n  other:\n    ${sleeper}\n`);
  await s.step('one group', ['-f', 'a/compose.yaml', 'up', '-d'], exits(0));
  await s.step(
    'another one, which would remove orphans',
    ['-f', 'b/compose.yaml', 'up', '-d', '--remove-orphans'],
    exits(0),
    prints('other compose files use the same project name'),
    service('web', 'running'),
    service('other', 'running'),
  );
  await s.step(
    'down of the second',
    ['-f', 'b/compose.yaml', 'down', '--remove-orphans'],
    exits(0),
    service('web', 'running'),
    service('other'),
    networks('default'),
  );
  s.file('b/compose.yaml', `services:\n  another:\n    ${sleeper}\n`);
  await s.step('alone it says nothing', ['-f', 'b/compose.yaml', 'up', '-d', '--force-foreign'], exits(1));
  await s.step(
    'forced',
    ['-f', 'b/compose.yaml', 'up', '-d', '--remove-orphans', '--force-foreign'],
    exits(0),
    service('web'),
    service('another', 'running'),
  );
});

scenario('hooks run in their places, those before the start once or for each replica', async (s) => {
  const line = (text: string) => `[sh, -c, 'echo ${text} >> /log/all']`;
  s.file(
    'compose.yaml',
    `services:
  web:
    ${sleeper}
    scale: 2
    volumes: ['log:/log']
    pre_start:
      - { command: ${line('once')}, image: tscompose-base/busybox }
      - { command: ${line('each')}, image: tscompose-base/busybox, per_replica: true }
    post_start: [{ command: ${line('started')}, user: root }]
    pre_stop: [{ command: ${line('stopping')} }]
  reader:
    image: tscompose-base/busybox
    profiles: [read]
    volumes: ['log:/log']
volumes:
  log:
`,
  );
  await s.step('up', ['up', '-d'], exits(0), service('web', 'running', 'running'));
  const read = async () =>
    (await s.step('read', ['run', '--rm', '-T', 'reader', 'cat', '/log/all'], exits(0))).stdout
      .trim()
      .split('\n');
  expect((await read()).sort()).toEqual(['each', 'each', 'once', 'started', 'started']);
  expect((await read())[0]).toBe('once');
  await s.step('again', ['up', '-d'], exits(0));
  expect(await read()).toHaveLength(5);
  await s.step('down', ['down'], exits(0), nothingLeft('log'));
  expect((await read()).slice(5)).toEqual(['stopping', 'stopping']);
});

scenario(
  'volumes_from: who uses the volumes of another follows its replacement, and the data stays',
  async (s) => {
    const group = (value: string) => `services:
  db:
    ${sleeper}
    environment: { V: "${value}" }
    volumes: ['/store', 'data:/data']
  backup:
    ${sleeper}
    volumes_from: [db]
volumes:
  data:
`;
    s.file('compose.yaml', group('1'));
    await s.step('up', ['up', '-d'], exits(0));
    await s.step('write', ['exec', '-T', 'db', 'sh', '-c', 'echo a > /store/x; echo b > /data/x'], exits(0));
    await s.step('read', ['exec', '-T', 'backup', 'cat', '/store/x', '/data/x'], exits(0), prints(/a\s+b/));
    const before = await idOf(s, 'backup-1');
    s.file('compose.yaml', group('2'));
    await s.step('change db', ['up', '-d'], exits(0), service('backup', 'running'));
    expect(await idOf(s, 'backup-1')).not.toBe(before);
    await s.step('read', ['exec', '-T', 'backup', 'cat', '/store/x', '/data/x'], exits(0), prints(/a\s+b/));
    await s.step('settled', ['plan'], exits(0));
  },
);

scenario('network_mode service: what shares a network follows what it shares it with', async (s) => {
  const group = (value: string) =>
    `services:
  web:
    image: tscompose-base/busybox
    command: httpd -f -p 8080 -h /www
    stop_signal: SIGKILL
    environment: { V: "${value}" }
    configs: [{ source: page, target: /www/index.html }]
  side:
    ${sleeper}
    network_mode: service:web
    ipc: service:web
configs:
  page: { content: "page ${value}" }
`.replace('command: httpd', 'ipc: shareable\n    command: httpd');
  s.file('compose.yaml', group('1'));
  await s.step('up', ['up', '-d'], exits(0));
  const fetch = ['exec', '-T', 'side', 'wget', '-qO-', 'http://127.0.0.1:8080/'];
  await s.step('it is the same network', fetch, exits(0), prints('page 1'));
  const mode = async () => (await inspectOf(s, 'side-1'))['HostConfig']!['NetworkMode'];
  expect(await mode()).toBe(`container:${await idOf(s, 'web-1')}`);
  await s.step('nothing to do', ['plan'], exits(0));
  s.file('compose.yaml', group('2'));
  await s.step('the parent changes', ['up', '-d'], exits(0), service('side', 'running'));
  expect(await mode()).toBe(`container:${await idOf(s, 'web-1')}`);
  await s.step('and works', fetch, exits(0), prints('page 2'));
  await s.step('down', ['down'], exits(0), nothingLeft());
});

scenario('secrets and configs have their owner and mode, from wherever they come', async (s) => {
  s.file('secret.txt', 'from a file');
  s.file('.env', 'FROM_ENV=from the environment\n');
  s.file(
    'compose.yaml',
    `services:
  web:
    ${sleeper}
    secrets:
      - { source: file, target: file, uid: "12", gid: "34", mode: 0400 }
      - { source: env, uid: "12", gid: "34", mode: 0440 }
      - plain
    configs:
      - { source: text, target: /etc/app.conf, uid: "56", gid: "78", mode: 0604 }
secrets:
  file: { file: ./secret.txt }
  env: { environment: FROM_ENV }
  plain: { file: ./secret.txt }
configs:
  text: { content: "from the text" }
`,
  );
  await s.step('up', ['up', '-d'], exits(0));
  const seen = (path: string) => ['exec', '-T', 'web', 'sh', '-c', `stat -c '%u:%g %a' ${path}; cat ${path}`];
  await s.step('file', seen('/run/secrets/file'), exits(0), prints(/12:34 400\s+from a file/));
  await s.step('env', seen('/run/secrets/env'), exits(0), prints(/12:34 440\s+from the environment/));
  await s.step('text', seen('/etc/app.conf'), exits(0), prints(/56:78 604\s+from the text/));
  await s.step('plain', ['exec', '-T', 'web', 'cat', '/run/secrets/plain'], exits(0), prints('from a file'));
  await s.step('nothing to do', ['plan'], exits(0));
});

scenario('what a config or secret holds counts, wherever it comes from', async (s) => {
  const group = (text: string) => `services:
  inline:
    ${sleeper}
    configs: [{ source: inline, target: /c }]
  file:
    ${sleeper}
    secrets: [{ source: file, uid: "1" }]
  mounted:
    ${sleeper}
    configs: [{ source: mounted, target: /c }]
  same:
    ${sleeper}
    env_file: [same.env]
configs:
  inline: { content: "${text}" }
  mounted: { file: ./mounted.txt }
secrets:
  file: { file: ./secret.txt }
`;
  const write = (text: string) => {
    s.file('compose.yaml', group(text));
    s.file('secret.txt', text);
    s.file('mounted.txt', text);
  };
  s.file('same.env', 'A=1\n');
  write('one');
  await s.step('up', ['up', '-d'], exits(0));
  await s.step('nothing to do', ['plan'], exits(0));
  const same = await idOf(s, 'same-1');
  write('two');
  await s.step(
    'all three',
    ['plan'],
    exits(2),
    prints(/inline\/1: content of a config, secret or env file changed/),
    prints(/file\/1: content/),
    prints(/mounted\/1: content/),
  );
  await s.step('up', ['up', '-d'], exits(0), volumes());
  await s.step('inline', ['exec', '-T', 'inline', 'cat', '/c'], prints('two'));
  await s.step('file', ['exec', '-T', 'file', 'cat', '/run/secrets/file'], prints('two'));
  await s.step('mounted', ['exec', '-T', 'mounted', 'cat', '/c'], prints('two'));
  expect(await idOf(s, 'same-1')).toBe(same);
  s.file('same.env', 'A=2\n');
  await s.step('an env file', ['plan'], exits(2), prints('environment.A: 1 -> 2'));
});

scenario('containers that were only created are started as they are', async (s) => {
  s.file(
    'compose.yaml',
    `services:\n  web:\n    ${sleeper}\n    networks: [default, back]\n    configs: [{ source: c, target: /c }]\n  side:\n    ${sleeper}\n    network_mode: service:web\nnetworks:\n  back:\nconfigs:\n  c: { content: text }\n`,
  );
  await s.step('create', ['create'], exits(0), service('web', 'created'));
  const before = [await idOf(s, 'web-1'), await idOf(s, 'side-1')];
  await s.step('up', ['up', '-d'], exits(0), service('web', 'running'), service('side', 'running'));
  expect([await idOf(s, 'web-1'), await idOf(s, 'side-1')]).toEqual(before);
  await s.step('it has its file', ['exec', '-T', 'web', 'cat', '/c'], exits(0), prints('text'));
});

scenario(
  'health is found out at once, long before the engine looks; ps tells both verdicts',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:\n  web:\n    ${sleeper}\n    depends_on: { db: { condition: service_healthy } }\n  db:\n    ${sleeper}\n    healthcheck: { test: 'true' }\n`,
    );
    const began = Date.now();
    await s.step('up', ['up', '-d'], exits(0), service('web', 'running'));
    // The default interval: the engine looks for the first time after thirty seconds.
    expect(Date.now() - began).toBeLessThan(25_000);
    await s.step('ps', ['ps'], exits(0), prints(/db-1 .* \(healthy, engine: starting\)/));
    await s.step('for programs', ['ps', '--format', '{{.Name}} {{.Health}}'], prints(/db-1 starting/));
    await s.step('restart', ['restart', 'db'], exits(0));
    await s.step('what was before counts no more', ['ps'], prints(/db-1 .* \(health: starting\)/));
  },
  { engines: ['docker'] },
);
