import { expect } from 'vitest';
import { engineCall, projectState } from '../support/engines.ts';
import { exits, nothingLeft, prints, service } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';

/**
 * What Podman does otherwise, difference by difference, and that nobody notices. That it tells wrong owners of what is
 * read out of containers is held in execute/transfer.test.ts.
 */

const podman = { engines: ['podman'] } as const;
const sleeper = 'image: tscompose-base/busybox\n    command: sleep 600\n    stop_signal: SIGKILL';

const ids = async (s: Scenario) =>
  (await projectState(s.host, s.project)).containers.map(({ id }) => id).sort();

scenario(
  'the id of a network is shown as its name: a second up recreates nothing all the same',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:\n  web:\n    ${sleeper}\n    networks: [default, back]\n    links: [db:database]\n  db:\n    ${sleeper}\n    networks: [back]\nnetworks:\n  back:\n`,
    );
    await s.step('up', ['up', '-d'], exits(0));
    const first = await ids(s);
    await s.step('again', ['up', '-d'], exits(0));
    expect(await ids(s)).toEqual(first);
    // Links are refused by the engine, and are aliases of their targets here.
    await s.step('a link works', ['exec', '-T', 'web', 'ping', '-c', '1', '-W', '5', 'database'], exits(0));
  },
  podman,
);

scenario(
  'a stop gives the time that the file asks for, or ten seconds; so does a restart',
  async (s) => {
    const trap = `sh -c 'trap "sleep 1; echo ended >> /log/all; exit 5" TERM; echo began >> /log/all; while :; do sleep 0.1; done'`;
    s.file(
      'compose.yaml',
      `services:\n  web:\n    image: tscompose-base/busybox\n    command: ${trap}\n    volumes: ['log:/log']\nvolumes:\n  log:\n`,
    );
    await s.step('up', ['up', '-d'], exits(0));
    await s.step(
      'it runs',
      ['exec', '-T', 'web', 'sh', '-c', 'until grep -q began /log/all; do :; done'],
      exits(0),
    );
    await s.step('restart', ['restart'], exits(0), service('web', 'running'));
    await s.step('it runs', ['exec', '-T', 'web', 'cat', '/log/all'], prints(/began\s+ended/));
    await s.step('stop', ['stop'], exits(0), service('web', 'exited'));
    const [container] = (await projectState(s.host, s.project)).containers;
    const { body } = await engineCall(s.host, 'GET', `/containers/${container!.id}/json`);
    expect(body).toMatchObject({ State: { ExitCode: 5 } });
  },
  podman,
);

scenario(
  'health checks that the engine never runs are run by us, while we wait',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:
  web:
    ${sleeper}
    depends_on: { db: { condition: service_healthy } }
  db:
    image: tscompose-base/busybox
    command: sh -c 'sleep 1; touch /ready; sleep 600'
    stop_signal: SIGKILL
    healthcheck: { test: test -e /ready, interval: 1s }
  ill:
    ${sleeper}
    profiles: [ill]
    healthcheck: { test: 'false', interval: 1s, retries: 2 }
`,
    );
    await s.step('up', ['up', '-d', '--wait'], exits(0), service('web', 'running'), service('db', 'running'));
    const ill = ['--profile', 'ill', 'up', '-d', '--wait', '--wait-timeout', '20', 'ill'];
    const ended = await s.step('one that is ill is told', ill, prints(/unhealthy/));
    expect(ended.code).toBe(1);
  },
  podman,
);

scenario(
  'a removed container has its exit code, and what is typed is all that it gets',
  async (s) => {
    s.file('compose.yaml', `services:\n  web:\n    ${sleeper}\n`);
    await s.step('run --rm', ['run', '--rm', '-T', 'web', 'sh', '-c', 'exit 7'], exits(7), service('web'));
    const typed = await s.tscompose(['run', '--rm', '-T', 'web', 'cat'], { input: 'typed\n' });
    expect(typed.stdout).toBe('typed\n');
    expect(typed.code, typed.stderr).toBe(0);
  },
  podman,
);

scenario(
  'who shares namespaces goes before whose they are, at down and when that one is replaced',
  async (s) => {
    const group = (value: string) => `services:
  parent:
    ${sleeper}
    environment: { V: "${value}" }
  net:
    ${sleeper}
    network_mode: service:parent
  pid:
    ${sleeper}
    pid: service:parent
`;
    s.file('compose.yaml', group('1'));
    await s.step('up', ['up', '-d'], exits(0));
    s.file('compose.yaml', group('2'));
    await s.step('replace', ['up', '-d'], exits(0), service('net', 'running'), service('pid', 'running'));
    const names = (await projectState(s.host, s.project)).containers.map(({ name }) => name).sort();
    expect(names).toEqual(['net', 'parent', 'pid'].map((name) => `${s.project}-${name}-1`));
    await s.step('down', ['down'], exits(0), nothingLeft());
  },
  podman,
);

scenario(
  'owners of what is copied in and out are kept',
  async (s) => {
    s.file('secret.txt', 'x');
    s.file(
      'compose.yaml',
      `services:
  web:
    ${sleeper}
    user: "33:34"
    secrets: [{ source: key, uid: "12", gid: "34", mode: 0400 }]
    configs: [{ source: conf, target: /conf, uid: "56", gid: "78" }]
secrets:
  key: { file: ./secret.txt }
configs:
  conf: { content: c }
`,
    );
    await s.step('up', ['up', '-d'], exits(0));
    const stat = ['exec', '-T', '-u', '0', 'web', 'stat', '-c', '%u:%g %a', '/run/secrets/key', '/conf'];
    await s.step('in', stat, exits(0), prints(/12:34 400\s+56:78 444/));
  },
  podman,
);

scenario(
  'volumes of another group with the same keys are never taken for our own',
  async (s) => {
    s.file(
      'compose.yaml',
      `services:\n  db:\n    ${sleeper}\n    volumes: ['data:/data']\nvolumes:\n  data:\n`,
    );
    const other = `${s.project}other`;
    await s.step('ours', ['up', '-d'], exits(0));
    await s.step('theirs', ['-p', other, 'up', '-d'], exits(0));
    await s.step('ours goes with its data', ['down', '-v'], exits(0), nothingLeft());
    const kept = await engineCall(s.host, 'GET', `/volumes/${other}_data`);
    await s.step('theirs goes', ['-p', other, 'down', '-v'], exits(0));
    expect(kept.status).toBe(200);
  },
  podman,
);
