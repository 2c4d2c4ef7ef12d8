import { describe, expect, test } from 'vitest';
import { execute } from '../../src/execute/execute.ts';
import type { ExecuteOptions } from '../../src/execute/options.ts';
import type { Project } from '../../src/model/project.ts';
import type { UpdateConfig } from '../../src/model/service.ts';
import { observe } from '../../src/observe/collect.ts';
import { describe as describeOperation } from '../../src/plan/describe.ts';
import { planUp } from '../../src/plan/up.ts';
import { plainMaterials, project, upIntent } from '../support/builders.ts';
import { type FakeCall, FakeEngine, refusal } from '../support/fake-engine.ts';

const shop = (version: string, update: UpdateConfig, rollback: UpdateConfig = {}): Project =>
  project({
    web: {
      ...{ image: 'busybox', scale: 3, environment: { V: version }, healthcheck: { test: ['CMD', 'true'] } },
      deploy: { resources: {}, placement: {}, update_config: update, rollback_config: rollback },
    },
  });

async function up(fake: FakeEngine, wanted: Project, options: Partial<ExecuteOptions> = {}) {
  const observed = await observe(fake.engine, wanted, { expectedHash: () => 'inspect all' });
  const plan = planUp(wanted, observed, upIntent(), plainMaterials);
  const notices: string[] = [];
  const result = await execute(plan, {
    ...{ engines: new Map([[fake.name, fake.engine]]), signal: new AbortController().signal, ...options },
    emit: (event) => {
      if (event.type === 'notice') notices.push(event.message);
    },
  });
  return { result, notices, plan };
}

/** `p-web-1: 2 running`, the version from the label that every container has. */
function state(fake: FakeEngine): string[] {
  return [...fake.containers.values()]
    .map((one) => {
      const hash = one.body.Labels['com.docker.compose.config-hash'] ?? '';
      return `${one.name}: ${/"V":"(.*?)"/.exec(hash)?.[1]} ${one.state}`;
    })
    .sort();
}

async function running(version: string, update: UpdateConfig): Promise<FakeEngine> {
  const fake = new FakeEngine();
  const { result } = await up(fake, shop(version, update));
  expect(result.exitCode).toBe(0);
  return fake;
}

/** The next `up`, with nothing in its way. */
async function mend(fake: FakeEngine, order: string): Promise<void> {
  const found = state(fake);
  const { result, plan } = await up(fake, shop('2', { order }));
  const steps = plan.nodes.map(
    ({ id, operation, after }) => `${id} ${describeOperation(operation).text} [${after}]`,
  );
  const messages = result.failures.map(({ node, message }) => `${node.id}: ${message}`);
  expect(result.exitCode, [...found, ...messages, ...steps].join('\n')).toBe(0);
}

/** The start of a container that takes the place of this one fails. */
const failsFor =
  (fake: FakeEngine, ...names: readonly string[]) =>
  (call: FakeCall) => {
    if (call.method !== 'startContainer') return;
    const name = fake.container(call.target)?.name ?? '';
    if (/^[0-9a-f]{12}_/.test(name) && names.includes(name.slice(13))) {
      throw refusal('other', 'startContainer', 'no such program');
    }
  };

const all = (version: string) => [1, 2, 3].map((n) => `p-web-${n}: ${version} running`);

describe('containers are replaced in turn', () => {
  test.each([
    ['start-first', 3],
    ['stop-first', 2],
  ])('%s: never less than %i serve', async (order, least) => {
    const fake = await running('1', { order });
    let fewest = 3;
    fake.before = () => {
      fewest = Math.min(fewest, [...fake.containers.values()].filter((c) => c.state === 'running').length);
    };
    const { result } = await up(fake, shop('2', { order }));
    expect(result.exitCode).toBe(0);
    expect(state(fake)).toEqual(all('2'));
    expect(fewest).toBe(least);
  });

  test('parallelism 0: all at once', async () => {
    const fake = await running('1', { order: 'stop-first', parallelism: 0 });
    const { plan } = await up(fake, shop('2', { order: 'stop-first', parallelism: 0 }));
    expect(plan.nodes.filter(({ operation }) => operation.kind === 'pass-gate')).toHaveLength(1);
    expect(state(fake)).toEqual(all('2'));
  });

  test('the delay is between two, not after the last', async () => {
    const fake = await running('1', {});
    const began = performance.now();
    await up(fake, shop('2', { delay: '60ms' }));
    const took = performance.now() - began;
    expect(took).toBeGreaterThan(115);
    expect(took).toBeLessThan(1500);
  });
});

describe.each(['start-first', 'stop-first'])('a new container that does not come up, %s', (order) => {
  test('pause: what was replaced stays so, the rest is left alone', async () => {
    const fake = await running('1', { order });
    fake.before = failsFor(fake, 'p-web-2');
    const { result, notices } = await up(fake, shop('2', { order }));
    expect(result.exitCode).toBe(4);
    expect(state(fake)).toEqual(['p-web-1: 2 running', 'p-web-2: 1 running', 'p-web-3: 1 running']);
    expect(notices).toContain('web/2: the previous container goes on');
    const message = result.failures.at(-1)?.message;
    expect(message).toContain('update of web was stopped: 1 of 3 new containers failed');
    expect(message).toContain('1 run the new version; 2 run the previous one');
    // Mended, the next one goes on with it.
    fake.before = undefined;
    await mend(fake, order);
    expect(state(fake)).toEqual(all('2'));
  });

  test('continue: the others are replaced all the same', async () => {
    const fake = await running('1', { order });
    fake.before = failsFor(fake, 'p-web-2');
    const { result } = await up(fake, shop('2', { order, failure_action: 'continue' }));
    expect(result.exitCode).toBe(4);
    expect(state(fake)).toEqual(['p-web-1: 2 running', 'p-web-2: 1 running', 'p-web-3: 2 running']);
  });

  test('max_failure_ratio: so many may fail', async () => {
    const fake = await running('1', { order });
    fake.before = failsFor(fake, 'p-web-2');
    const { result, notices } = await up(fake, shop('2', { order, max_failure_ratio: 0.4 }));
    expect(result.exitCode).toBe(0);
    expect(state(fake)).toEqual(['p-web-1: 2 running', 'p-web-2: 1 running', 'p-web-3: 2 running']);
    expect(notices).toContain('web: 1 of 3 containers could not be updated, which its update_config allows');
  });

  test.each(['start-first', 'stop-first'])('rollback, %s: everything is as before', async (back) => {
    const fake = await running('1', { order });
    const before = new Set(fake.containers.keys());
    fake.before = failsFor(fake, 'p-web-3');
    const wanted = shop('2', { order, failure_action: 'rollback' }, { order: back, parallelism: 2 });
    const { result, notices } = await up(fake, wanted);
    expect(result.exitCode).toBe(4);
    expect(state(fake)).toEqual(all('1'));
    // The same containers, not others like them.
    expect(new Set(fake.containers.keys())).toEqual(before);
    expect(notices).toContain('web: rolling back');
    expect(result.failures.at(-1)?.message).toContain(
      'update of web was rolled back: all its 3 containers run',
    );
  });

  test('the engine that is gone: says that it could not put back, and the next up mends it', async () => {
    const fake = await running('1', { order });
    let dead = false;
    fake.before = (call) => {
      const name = fake.container(call.target)?.name ?? '';
      if (call.method === 'startContainer' && name.endsWith('_p-web-2')) dead = true;
      if (dead) throw refusal('unreachable', call.method, 'connection refused');
    };
    const { result, notices } = await up(fake, shop('2', { order }));
    expect(result.exitCode).toBe(1);
    expect(notices.join()).toContain(
      'web/2: the previous container could not be put back: connection refused',
    );
    expect(result.failures.at(-1)?.message).toContain('1 could not be put back');
    fake.before = undefined;
    await mend(fake, order);
    expect(state(fake)).toEqual(all('2'));
  });
});

test.each(['start-first', 'stop-first'])(
  'Ctrl-C at any step, %s: three go on, and nothing is half done',
  async (order) => {
    for (let step = 1; step <= 16; step++) {
      const fake = await running('1', { order });
      const stop = new AbortController();
      let calls = 0;
      fake.before = ({ method }) => {
        if (/^(create|start|stop|remove|rename)Container$/.test(method) && ++calls === step) stop.abort();
      };
      const { result } = await up(fake, shop('2', { order }), { signal: stop.signal });
      const after = state(fake);
      expect(
        after.filter((line) => line.endsWith('running')),
        `step ${step}: ${after.join(', ')}`,
      ).toHaveLength(3);
      if (stop.signal.aborted) expect(result.exitCode).toBe(130);
      fake.before = undefined;
      await mend(fake, order);
      expect(state(fake)).toEqual(all('2'));
    }
  },
);

test('killed in the middle, the new one unproven: the next up begins anew from what works', async () => {
  const fake = await running('1', { order: 'start-first' });
  const second = [...fake.containers.values()].find(({ name }) => name === 'p-web-2')!;
  const half = await fake.engine.createContainer(`${second.id.slice(0, 12)}_p-web-2`, {
    ...second.body,
    Labels: { ...second.body.Labels, 'com.docker.compose.config-hash': 'half "V":"2"' },
  });
  await fake.engine.startContainer(half.id);
  let stopped = false;
  fake.before = ({ method, target }) => {
    if (method === 'stopContainer' && target === second.id) stopped = true;
    const name = fake.container(target)?.name ?? '';
    if (method === 'startContainer' && name.endsWith('p-web-2') && stopped)
      throw new Error('old one was stopped first');
  };
  expect((await up(fake, shop('2', { order: 'start-first' }))).result.exitCode).toBe(0);
  expect(state(fake)).toEqual(all('2'));
});
