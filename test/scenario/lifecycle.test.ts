import { expect } from 'vitest';
import { engineCall, projectState } from '../support/engines.ts';
import { exits, networks, nothingLeft, prints, service, volumes } from './checks.ts';
import { scenario } from './scenario.ts';

const sleeper = 'image: tscompose-base/busybox\n    command: sleep 600\n    stop_signal: SIGKILL';

const two = (value = 'one') => `services:
  web:
    ${sleeper}
    environment: { VALUE: ${value} }
    depends_on: [db]
  db:
    ${sleeper}
    volumes: ['data:/data']
volumes:
  data:
`;

const ids = async (host: string, project: string) =>
  new Map(
    (await projectState(host, project)).containers.map((one) => [
      one.name.replace(`${project}-`, ''),
      one.id,
    ]),
  );

scenario('up brings a group up; down takes it away and keeps its volumes', async (s) => {
  s.file('compose.yaml', two());
  await s.step(
    'up',
    ['up', '-d'],
    exits(0),
    service('web', 'running'),
    service('db', 'running'),
    networks('default'),
    volumes('data'),
  );
  await s.step('ps', ['ps'], exits(0), prints('web'), prints('db'));
  await s.step('down', ['down'], exits(0), nothingLeft('data'));
  await s.step('down again does nothing', ['down'], exits(0), nothingLeft('data'));
});

scenario('down -v removes the volumes too', async (s) => {
  s.file('compose.yaml', two());
  await s.step('up', ['up', '-d'], exits(0), volumes('data'));
  await s.step('down -v', ['down', '-v'], exits(0), nothingLeft());
});

scenario('a second up leaves every container alone, a changed one is replaced alone', async (s) => {
  s.file('compose.yaml', two());
  await s.step('up', ['up', '-d'], exits(0));
  const first = await ids(s.host, s.project);
  await s.step('up again', ['up', '-d'], exits(0));
  expect(await ids(s.host, s.project)).toEqual(first);
  s.file('compose.yaml', two('two'));
  await s.step(
    'plan names the service and both values',
    ['plan'],
    exits(2),
    prints('web'),
    prints('one'),
    prints('two'),
  );
  await s.step('up with a change', ['up', '-d'], exits(0), service('web', 'running'));
  const second = await ids(s.host, s.project);
  expect(second.get('db-1')).toBe(first.get('db-1'));
  expect(second.get('web-1')).not.toBe(first.get('web-1'));
  await s.step('plan has nothing left', ['plan'], exits(0));
});

scenario('data in a named volume outlives the replaced container', async (s) => {
  s.file('compose.yaml', two());
  await s.step('up', ['up', '-d'], exits(0));
  await s.step('write', ['exec', '-T', 'db', 'sh', '-c', 'echo 42 > /data/x'], exits(0));
  await s.step('replace all', ['up', '-d', '--force-recreate'], exits(0), service('db', 'running'));
  await s.step('read', ['exec', '-T', 'db', 'cat', '/data/x'], exits(0), prints('42'));
});

scenario('scaling up and down keeps the lowest numbers', async (s) => {
  s.file('compose.yaml', `services:\n  web:\n    ${sleeper}\n`);
  await s.step(
    'three',
    ['up', '-d', '--scale', 'web=3'],
    exits(0),
    service('web', 'running', 'running', 'running'),
  );
  await s.step('one', ['up', '-d', '--scale', 'web=1'], exits(0), service('web', 'running'));
  expect([...(await ids(s.host, s.project)).keys()]).toEqual(['web-1']);
});

scenario('orphans are named, and removed when asked', async (s) => {
  s.file('compose.yaml', `services:\n  old:\n    ${sleeper}\n`);
  await s.step('the old file', ['up', '-d'], exits(0));
  s.file('compose.yaml', `services:\n  new:\n    ${sleeper}\n`);
  await s.step(
    'up warns',
    ['up', '-d'],
    exits(0),
    prints('old'),
    service('old', 'running'),
    service('new', 'running'),
  );
  await s.step(
    'up removes',
    ['up', '-d', '--remove-orphans'],
    exits(0),
    service('old'),
    service('new', 'running'),
  );
});

scenario('a service of a profile starts only when the profile is asked for', async (s) => {
  s.file(
    'compose.yaml',
    `services:\n  web:\n    ${sleeper}\n  tool:\n    ${sleeper}\n    profiles: [tools]\n`,
  );
  await s.step('without', ['up', '-d'], exits(0), service('web', 'running'), service('tool'));
  await s.step('with', ['--profile', 'tools', 'up', '-d'], exits(0), service('tool', 'running'));
});

scenario('a one-shot service that fails keeps its dependents from starting', async (s) => {
  s.file(
    'compose.yaml',
    `services:
  web:
    ${sleeper}
    depends_on: { migrate: { condition: service_completed_successfully } }
  migrate:
    image: tscompose-base/busybox
    command: sh -c 'echo the table is missing; exit 3'
`,
  );
  const ended = await s.step(
    'up',
    ['up', '-d'],
    prints('migrate'),
    prints('3'),
    prints('the table is missing'),
  );
  expect(ended.code).not.toBe(0);
  await s.step('web never ran', ['ps', '-a'], async ({ scenario: one }) => {
    const { containers } = await projectState(one.host, one.project);
    expect(
      containers.filter((c) => c.labels['com.docker.compose.service'] === 'web' && c.state === 'running'),
    ).toEqual([]);
  });
});

scenario('a dependent waits until the health check passes', async (s) => {
  s.file(
    'compose.yaml',
    `services:
  web:
    image: tscompose-base/busybox
    command: sh -c 'test -e /shared/ready && sleep 600'
    stop_signal: SIGKILL
    volumes: ['shared:/shared']
    depends_on: { db: { condition: service_healthy } }
  db:
    image: tscompose-base/busybox
    command: sh -c 'rm -f /shared/ready; sleep 2; touch /shared/ready; sleep 600'
    stop_signal: SIGKILL
    volumes: ['shared:/shared']
    healthcheck: { test: test -e /shared/ready, interval: 1s, retries: 20 }
volumes:
  shared:
`,
  );
  await s.step('up', ['up', '-d', '--wait'], exits(0), service('web', 'running'), service('db', 'running'));
});

scenario('secrets and configs are files in the container', async (s) => {
  s.file('password.txt', 'hush');
  s.file(
    'compose.yaml',
    `services:
  web:
    ${sleeper}
    secrets: [password]
    configs: [{ source: motd, target: /etc/motd }]
secrets:
  password: { file: ./password.txt }
configs:
  motd: { content: good morning }
`,
  );
  await s.step('up', ['up', '-d'], exits(0));
  await s.step('the secret', ['exec', '-T', 'web', 'cat', '/run/secrets/password'], exits(0), prints('hush'));
  await s.step('the config', ['exec', '-T', 'web', 'cat', '/etc/motd'], exits(0), prints('good morning'));
});

scenario('logs shows what services wrote, under their names', async (s) => {
  s.file(
    'compose.yaml',
    `services:\n  web:\n    image: tscompose-base/busybox\n    command: sh -c 'echo to out; echo to err >&2'\n`,
  );
  await s.step('up', ['up', '-d'], exits(0));
  await s.step(
    'logs',
    ['logs', '--no-color'],
    exits(0),
    prints(/web-1\s+\| to out/),
    prints(/web-1\s+\| to err/),
  );
});

scenario('Ctrl-C in an attached up stops the group and removes nothing', async (s) => {
  s.file(
    'compose.yaml',
    `services:
  web:
    image: tscompose-base/busybox
    command: sh -c 'trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.1; done'
`,
  );
  const ended = await s.tscompose(['up'], { interruptWhen: /\| ready/ });
  expect([0, 130]).toContain(ended.code);
  await s.step('stopped, not removed', ['ps', '-a'], service('web', 'exited'));
  await s.step('it had time to end', ['logs'], prints('bye'));
});

scenario('a project that is not ours is never touched', async (s) => {
  s.file('compose.yaml', two());
  await s.step('up', ['up', '-d'], exits(0));
  const before = await ids(s.host, s.project);
  await s.step('another project with the same file', ['-p', `${s.project}x`, 'up', '-d'], exits(0));
  await s.step('goes down with all', ['-p', `${s.project}x`, 'down', '-v', '--remove-orphans'], exits(0));
  expect(await ids(s.host, s.project)).toEqual(before);
  expect((await engineCall(s.host, 'GET', `/volumes/${s.project}_data`)).status).toBe(200);
});
