import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docker, engineCall, projectState, revisionVolumes } from '../support/engines.ts';
import { PrivateEngine } from '../support/private-engine.ts';
import { exits, nothingLeft, prints, service } from './checks.ts';
import { type Check, Scenario, scenario } from './scenario.ts';
import { answers, port, startFirst, web, whileAsking } from './web.ts';

scenario(
  'an update behind a published port fails no request, and a broken one leaves the old version',
  async (s) => {
    web(s, '1', { update: startFirst });
    await s.step('up', ['up', '-d'], exits(0), prints('a forwarder holds 80/tcp'), answers('1'));
    await s.step('ports', ['ps'], exits(0), prints(`:${port(s)}->80/tcp`));
    await s.step('port', ['port', 'web', '80'], exits(0), prints(`:${port(s)}`));
    const update = await whileAsking(s, async () => {
      web(s, '2', { update: startFirst });
      await s.step('update', ['up', '-d'], exits(0), answers('2'));
      web(s, '3', { update: startFirst, serve: 'exec no-such-program' });
      await s.step('broken', ['up', '-d'], exits(4), prints('all run the previous one'), answers('2'));
      web(s, '3', { update: startFirst, serve: 'exec sleep 1000' });
      await s.step('never healthy', ['up', '-d'], exits(4), prints('is unhealthy'), answers('2'));
    });
    expect(update.failed).toEqual([]);
    expect(update.asked).toBeGreaterThan(20);
    web(s, '2', { update: startFirst });
    await s.step('nothing to do', ['plan'], exits(0));
    await s.step('stop', ['stop', '-t', '0'], exits(0), service('web', 'exited', 'exited'));
    await s.step('start', ['start'], exits(0), answers('2'));
    await s.step('down', ['down', '-t', '0'], exits(0), nothingLeft());
  },
);

scenario(
  'more containers share one port, and fewer end what they have begun',
  async (s) => {
    web(s, '1', { update: startFirst });
    await s.step(
      'up',
      ['up', '-d', '--scale', 'web=2'],
      exits(0),
      service('web', 'running', 'running', 'running'),
    );
    const fewer = await whileAsking(s, () => s.step('one', ['scale', 'web=1'], exits(0)));
    expect(fewer.failed).toEqual([]);
    await s.step(
      'that one serves',
      ['ps', '-q'],
      exits(0),
      answers('1'),
      service('web', 'running', 'running'),
    );
    await s.step('down', ['down', '-t', '0'], exits(0));
  },
  { engines: ['docker'] },
);

scenario('a port moves to a forwarder once, said before, and back', async (s) => {
  web(s, '1', {});
  await s.step('up', ['up', '-d', '--wait'], exits(0), answers('1'), service('web', 'running'));
  web(s, '2', { update: startFirst });
  await s.step(
    'not without asking',
    ['up', '-d', '--no-gap'],
    exits(3),
    answers('1'),
    prints('move to a forwarder'),
  );
  await s.step('moves', ['up', '-d'], exits(0), prints('move to a forwarder, once'), answers('2'));
  web(s, '3', {});
  await s.step('back', ['up', '-d', '--wait'], exits(0), answers('3'), service('web', 'running'));
  await s.step('down', ['down', '-t', '0'], exits(0));
});

scenario(
  'a new port that is taken: the old one goes on',
  async (s) => {
    web(s, '1', { update: startFirst });
    const taken = `  other:\n    image: tscompose-base/busybox\n    command: sleep 600\n    stop_signal: SIGKILL\n    ports: ["${port(s) + 500}:1"]\n`;
    web(s, '1', { update: startFirst, more: taken });
    await s.step('up', ['up', '-d'], exits(0), answers('1'));
    web(s, '1', { update: startFirst, more: `    # also\n${taken}` });
    const file = `services:\n  web:\n    ports: !override ["${port(s) + 500}:80"]\n`;
    s.file('taken.yaml', file);
    await s.step(
      'the port of another service',
      ['-f', 'compose.yaml', '-f', 'taken.yaml', 'up', '-d'],
      exits(4),
      prints(/allocated|in use/),
      answers('1'),
    );
    await s.step('down', ['down', '-t', '0'], exits(0), nothingLeft());
  },
  { engines: ['docker'] },
);

scenario(
  'an image that can not be pulled stops nothing',
  async (s) => {
    web(s, '1', { update: startFirst });
    await s.step('up', ['up', '-d'], exits(0), answers('1'));
    s.file('image.yaml', 'services:\n  web:\n    image: 127.0.0.1:1/no-such:1\n');
    await s.step('update', ['-f', 'compose.yaml', '-f', 'image.yaml', 'up', '-d'], exits(1), answers('1'));
    await s.step('down', ['down', '-t', '0'], exits(0));
  },
  { engines: ['docker'] },
);

const inTurn = (s: Scenario, version: string, more: string, check = 'true') =>
  s.file(
    'compose.yaml',
    `services:
  app:
    image: tscompose-base/busybox
    command: sleep 600
    stop_signal: SIGKILL
    environment: { V: "${version}" }
    healthcheck: { test: '${check}', interval: 500ms, retries: 2 }
    volumes: ["data:/data"]
    deploy: { replicas: 2, update_config: { ${more} } }
volumes:
  data:
`,
  );

/** Versions of the service's containers, by number. */
const versions =
  (...wanted: readonly string[]): Check =>
  async ({ scenario: s }) => {
    const { containers } = await projectState(s.host, s.project);
    const found = await Promise.all(
      containers.map(async ({ id, name, state }) => {
        const { body } = await engineCall(s.host, 'GET', `/containers/${id}/json`);
        return `${name.split('-').slice(1).join('-')} ${/"V=(\d+)"/.exec(JSON.stringify(body))?.[1]} ${state}`;
      }),
    );
    expect(found.sort()).toEqual(wanted.map((version, i) => `app-${i + 1} ${version} running`));
  };

scenario('a failed update without ports is rolled back, with the containers that were there', async (s) => {
  inTurn(s, '1', 'order: stop-first, failure_action: rollback');
  await s.step('up', ['up', '-d'], exits(0), versions('1', '1'));
  const before = (await projectState(s.host, s.project)).containers.map(({ id }) => id).sort();
  inTurn(s, '2', 'order: stop-first, failure_action: rollback', 'test $$V = 1');
  await s.step('update', ['up', '-d'], exits(4), prints('was rolled back'), versions('1', '1'));
  const after = (await projectState(s.host, s.project)).containers.map(({ id }) => id).sort();
  expect(after).toEqual(before);
  inTurn(s, '2', 'order: stop-first, failure_action: rollback');
  await s.step('mended', ['up', '-d'], exits(0), versions('2', '2'));
});

scenario(
  'Ctrl-C in the middle of an update leaves what ran, and two at once go one after the other',
  async (s) => {
    inTurn(s, '1', 'order: stop-first');
    await s.step('up', ['up', '-d'], exits(0));
    inTurn(s, '2', 'order: stop-first', 'false');
    const cut = await s.tscompose(['up', '-d'], { interruptWhen: /app-1 Waiting/ });
    expect(cut.code, cut.stderr).toBe(130);
    expect(cut.stderr).toContain('update of app was interrupted');
    await s.step('all as before', ['ps'], exits(0), versions('1', '1'));
    inTurn(s, '3', 'order: stop-first');
    const both = await Promise.all([s.tscompose(['up', '-d']), s.tscompose(['up', '-d'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ stderr }) => stderr).join()).toContain('waiting for tscompose up');
    await s.step('one state', ['ps'], exits(0), versions('3', '3'));
  },
  { engines: ['docker'] },
);

scenario('revisions are there for another checkout, and come back with their images', async (s) => {
  const [first, second] = [s, new Scenario(s.host, s.project)];
  const both = (version: string) => {
    for (const one of [first, second]) inTurn(one, version, 'order: start-first');
  };
  for (const version of ['1', '2', '3']) {
    both(version);
    await first.step(`up ${version}`, ['up', '-d'], exits(0));
  }
  await second.step('history', ['history', '-q'], exits(0), prints('1\n2\n3\n'));
  await second.step('diff', ['diff', '1', '3'], exits(0), prints('~ services.app.environment.V: 1 -> 3'));
  await second.step('plan', ['plan', 'rollback', '1'], exits(2), prints('environment.V: 3 -> 1'));
  await second.step('back', ['rollback', '1'], exits(0), versions('1', '1'));
  await first.step(
    'the newest',
    ['history', '--format', 'json'],
    exits(0),
    prints('"Command":"rollback to 1"'),
  );
  await first.step('one before', ['rollback'], exits(0), versions('3', '3'));
  await first.step('none of that number', ['rollback', '9'], exits(1), prints('there are 1, 2, 3, 4, 5'));
  await first.step('down with volumes', ['down', '-v', '-t', '0'], exits(0));
  await second.step('forgets them', ['history', '-q'], exits(0));
  expect(await revisionVolumes(s.host, s.project)).toEqual([]);
  await second.close();
});

describe('an engine that is killed in the middle of an update', () => {
  let engine: PrivateEngine;
  beforeAll(async () => {
    if (docker !== undefined) engine = await PrivateEngine.open(docker, 'tscompose-base/busybox');
  }, 60_000);
  afterAll(() => engine?.close());

  test.skipIf(docker === undefined)('the message says so, and the next up goes on with it', async () => {
    const s = new Scenario(engine.host, `tscs${process.pid}killed`);
    try {
      inTurn(s, '1', 'order: stop-first');
      await s.step('up', ['up', '-d'], exits(0));
      await s.step('write', ['exec', '-T', 'app', 'sh', '-c', 'echo 42 > /data/x'], exits(0));
      inTurn(s, '2', 'order: stop-first', 'sleep 1 && false');
      const running = s.tscompose(['up', '-d']);
      for (let waited = 0; waited < 100; waited++) {
        const { containers } = await projectState(s.host, s.project);
        if (containers.some(({ name, state }) => /^[0-9a-f]{12}_/.test(name) && state === 'running')) break;
        await pause(50);
      }
      await engine.kill();
      const cut = await running;
      expect(cut.code).toBe(1);
      expect(cut.stderr).toContain('could not be put back');
      await engine.start();
      inTurn(s, '3', 'order: stop-first');
      await s.step('again', ['up', '-d'], exits(0), versions('3', '3'));
      await s.step('data', ['exec', '-T', 'app', 'cat', '/data/x'], exits(0), prints('42'));
    } finally {
      await s.close();
    }
  });
});
