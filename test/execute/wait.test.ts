import { describe, expect, test } from 'vitest';
import { verdict, willRestart } from '../../src/execute/wait/conditions.ts';
import { probeCommand } from '../../src/execute/wait/eager.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { PlanWriter, resources, run } from './plans.ts';

const check = { Test: ['CMD', 'probe'], Interval: 30e9 };

function chain(until: 'healthy' | 'completed' | 'ready' | 'running', withCheck = true): PlanWriter {
  const w = new PlanWriter();
  const db = w.create('db', [], withCheck ? { Healthcheck: check } : {});
  const waited = w.wait(db, until, [w.start(db)]);
  w.start(w.create('web'), [waited]);
  return w;
}

function engineWith(behaviour: Parameters<FakeEngine['behaviours']['set']>[1]): FakeEngine {
  const fake = new FakeEngine();
  fake.behaviours.set('db', behaviour);
  return fake;
}

describe('waiting for health', () => {
  test('asks the check itself, long before the engine does', async () => {
    const began = Date.now();
    const { result } = await run(chain('healthy').plan(), engineWith({ probes: [1, 1, 0] }));
    expect(result.exitCode).toBe(0);
    expect(Date.now() - began).toBeLessThan(1000);
  });

  test('tells why it waits', async () => {
    const { events } = await run(chain('healthy').plan(), engineWith({ probes: [1, 0] }));
    const waiting = resources(events).filter((event) => event.text === 'Waiting');
    expect(waiting.map((event) => event.details)).toContain('health: probe 1: exit 1');
  });

  test('with health "engine" only the engine’s word counts', async () => {
    const fake = engineWith({ probes: [0], health: { status: 'healthy', after: 50 } });
    const { result } = await run(chain('healthy').plan(), fake, { health: 'engine' });
    expect(result.exitCode).toBe(0);
    expect(fake.calls.filter((call) => call.method === 'createExec')).toEqual([]);
  });

  test('fails at once when the engine says unhealthy', async () => {
    const fake = engineWith({ probes: [1], health: { status: 'unhealthy', after: 20 } });
    const { result } = await run(chain('healthy').plan(), fake);
    expect(result.exitCode).toBe(1);
    expect(result.failures[0]!.message).toBe('dependency failed to start: container shop-db-1 is unhealthy');
  });

  test('fails at once when the container ends, with a dossier', async () => {
    const log = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    const fake = engineWith({ probes: [1], exits: { code: 127, after: 20 }, log });
    const { result } = await run(chain('healthy').plan(), fake);
    const failure = result.failures[0]!;
    expect(failure.message).toBe('dependency failed to start: container shop-db-1 exited (127)');
    expect(failure.dossier).toMatchObject({
      ...{ service: 'db', container: 'shop-db-1', neededBy: ['web'], exitCode: 127 },
      log: log.slice(-20),
      cause: { kind: 'missing-command' },
    });
  });

  test('a container without a check can’t become healthy', async () => {
    const { result } = await run(chain('healthy', false).plan(), engineWith({}));
    expect(result.failures[0]!.message).toContain('container shop-db-1 has no healthcheck configured');
  });

  test('survives the loss of the events', async () => {
    const fake = engineWith({ health: { status: 'healthy', after: 150 } });
    setTimeout(() => fake.dropEvents(), 60);
    const { result } = await run(chain('healthy').plan(), fake, { health: 'engine' });
    expect(result.exitCode).toBe(0);
    expect(fake.calls.filter((call) => call.method === 'events')).toHaveLength(2);
  });

  test('misses nothing between subscribing and listing', async () => {
    const fake = engineWith({});
    fake.before = ({ method }) => {
      // The verdict falls while the executor is between its subscription and its list.
      if (method === 'listContainers') fake.setHealth('shop-db-1', 'healthy');
    };
    const { result } = await run(chain('healthy').plan(), fake, { health: 'engine' });
    expect(result.exitCode).toBe(0);
  });

  test('does not wait for the event of a start that has been answered', async () => {
    const fake = engineWith({ probes: [0] });
    fake.eventDelay = 600;
    const w = chain('healthy');
    // The list shows it as created; it starts after that.
    const next = w.create('next', [], { Healthcheck: check });
    w.wait(next, 'healthy', [w.start(next, [5])]);
    const began = Date.now();
    const { result } = await run(w.plan(), fake);
    expect(result.exitCode).toBe(0);
    expect(Date.now() - began).toBeLessThan(500);
  });

  test('one subscription and one list serve all waits', async () => {
    const w = new PlanWriter();
    for (let i = 0; i < 10; i++) {
      const one = w.create(`s${i}`, [], { Healthcheck: check });
      w.wait(one, 'healthy', [w.start(one)]);
    }
    const fake = new FakeEngine();
    await run(w.plan(), fake);
    expect(fake.calls.filter((call) => call.method === 'events')).toHaveLength(1);
    expect(fake.calls.filter((call) => call.method === 'listContainers')).toHaveLength(1);
  });
});

describe('waiting for an end', () => {
  test('0 is met', async () => {
    const { result, lines } = await run(
      chain('completed', false).plan(),
      engineWith({ exits: { code: 0, after: 20 } }),
    );
    expect(result.exitCode).toBe(0);
    expect(lines).toContain('Container shop-db-1 Exited');
  });

  test('another code is a failure', async () => {
    const { result } = await run(
      chain('completed', false).plan(),
      engineWith({ exits: { code: 4, after: 20 } }),
    );
    expect(result.failures[0]!.message).toBe(`service "db" didn't complete successfully: exit 4`);
  });
});

describe('--wait', () => {
  test('a one-shot that ends well is ready', async () => {
    const w = new PlanWriter();
    const job = w.create('db');
    w.wait(job, 'ready', [w.start(job)]);
    const fake = engineWith({ exits: { code: 0, after: 0 } });
    expect((await run(w.plan(), fake)).result.exitCode).toBe(0);
  });

  test('what never gets ready ends with the time-out and 124', async () => {
    const w = new PlanWriter();
    const db = w.create('db', [], { Healthcheck: check });
    w.wait(db, 'ready', [w.start(db)], { timeoutMs: 100 });
    const { result } = await run(w.plan(), engineWith({ probes: [1] }));
    expect(result.exitCode).toBe(124);
    expect(result.failures[0]!.message).toBe('container shop-db-1 is not ready after 0.1 s');
  });

  test('others are not waited for once something failed', async () => {
    const w = new PlanWriter();
    const db = w.create('db', [], { Healthcheck: check });
    w.wait(db, 'ready', [w.start(db)]);
    const bad = w.create('bad');
    w.start(bad);
    const fake = engineWith({ probes: [1] });
    fake.behaviours.set('bad', { startFails: 'port is already allocated' });
    const { result } = await run(w.plan(), fake);
    expect(result.exitCode).toBe(1);
    expect(result.failures[0]!.dossier?.cause?.kind).toBe('port-taken');
  });
});

describe('the command of a check', () => {
  test.each([
    [
      ['CMD', 'a', 'b'],
      ['a', 'b'],
    ],
    [
      ['CMD-SHELL', 'a | b'],
      ['/bin/sh', '-c', 'a | b'],
    ],
    [['NONE'], undefined],
    [[], undefined],
  ] as const)('%j → %j', (Test, wanted) => expect(probeCommand({ Test: [...Test] })).toEqual(wanted));

  test('the image’s shell', () =>
    expect(probeCommand({ Test: ['CMD-SHELL', 'x'] }, ['bash', '-ec'])).toEqual(['bash', '-ec', 'x']));
});

describe('restart policies', () => {
  const details = async (policy: string, exitCode: number, restartCount = 0) => {
    const fake = new FakeEngine();
    const [Name = '', max] = policy.split(':');
    const HostConfig = {
      RestartPolicy: { Name, ...(max !== undefined && { MaximumRetryCount: Number(max) }) },
    };
    const { id } = await fake.createContainer('x', { Image: 'busybox', Labels: {}, HostConfig });
    await fake.startContainer(id);
    fake.end(id, exitCode);
    return { ...(await fake.inspectContainer(id)), restartCount };
  };

  test.each([
    ['no', 1, 0, false],
    ['always', 0, 0, true],
    ['unless-stopped', 1, 0, true],
    ['on-failure', 1, 5, true],
    ['on-failure', 0, 0, false],
    ['on-failure:3', 1, 2, true],
    ['on-failure:3', 1, 3, false],
  ] as const)('%s, exit %i, restarted %i times: %s', async (policy, code, count, wanted) => {
    const one = await details(policy, code, count);
    expect(willRestart(one)).toBe(wanted);
    expect(verdict('healthy', one).kind).toBe(wanted ? 'wait' : 'hopeless');
  });
});
