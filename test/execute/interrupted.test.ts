import { describe, expect, test } from 'vitest';
import type { ExecuteOptions } from '../../src/execute/options.ts';
import { serviceHash } from '../../src/model/hash.ts';
import type { Project } from '../../src/model/project.ts';
import type { Service } from '../../src/model/service.ts';
import { observe } from '../../src/observe/collect.ts';
import { standardMaterials } from '../../src/plan/standard.ts';
import { planUp } from '../../src/plan/up.ts';
import { FakeEngine, refusal } from '../support/fake-engine.ts';
import { run } from './plans.ts';

const networks = { default: null };
const healthy = { condition: 'service_healthy', required: true } as const;
const base: Service = { image: 'busybox', networks };

function shop(environment: Readonly<Record<string, string>>): Project {
  const services: Record<string, Service> = {
    db: {
      ...base,
      environment,
      healthcheck: { test: ['CMD', 'probe'] },
      volumes: [{ type: 'volume', source: 'data', target: '/data' }],
    },
    cache: { ...base, environment },
    seed: { ...base, environment, depends_on: { db: healthy } },
    api: {
      ...{ ...base, environment },
      depends_on: { db: healthy, seed: { condition: 'service_completed_successfully', required: true } },
    },
    web: {
      ...base,
      environment,
      network_mode: 'service:api',
      depends_on: { api: { condition: 'service_started', required: true } },
    },
  };
  const { networks: _, ...web } = services['web']!;
  return {
    ...{
      name: 'shop',
      workingDir: '/',
      configFiles: [],
      environmentFiles: [],
      environment: {},
      activeProfiles: [],
    },
    ...{
      services: { ...services, web },
      disabledServices: {},
      configs: {},
      secrets: {},
      models: {},
      extensions: {},
    },
    volumes: { data: { name: 'shop_data' } },
    networks: { default: { name: 'shop_default', ipam: {} } },
  };
}

function engineFor(): FakeEngine {
  const fake = new FakeEngine();
  fake.behaviours.set('seed', { exits: { code: 0, after: 1 } });
  return fake;
}

async function up(fake: FakeEngine, project: Project, options: Partial<ExecuteOptions> = {}) {
  const observed = await observe(fake.engine, project, {
    expectedHash: (name) => serviceHash(project.services[name]!),
  });
  const materials = standardMaterials({ project, facts: fake.facts, toolVersion: 'test' });
  const plan = planUp(project, observed, { command: 'up', services: [], start: true }, materials);
  return { plan, ...(await run(plan, fake, options)) };
}

const wanted = {
  containers: {
    'shop-api-1': 'running',
    'shop-cache-1': 'running',
    'shop-db-1': 'running',
    'shop-seed-1': 'exited',
    'shop-web-1': 'running',
  },
  networks: ['shop_default'],
  volumes: ['shop_data'],
};

const changing = /^(create|start|stop|remove|rename|kill|connect)/;

/** Cuts an `up` short at its n-th change, then runs it again in peace. */
async function cutShort(
  n: number,
  cut: (fake: FakeEngine, stop: AbortController) => void,
  before: Project | undefined,
) {
  const fake = engineFor();
  if (before !== undefined) expect((await up(fake, before)).result.exitCode).toBe(0);
  const project = shop({ VERSION: '2' });
  const stop = new AbortController();
  let count = 0;
  fake.before = ({ method }) => {
    if (changing.test(method)) count += 1;
    if (count >= n) cut(fake, stop);
  };
  const volume = fake.volumes.get('shop_data');
  const first = await up(fake, project, { signal: stop.signal, patience: 20 });
  const reached = count >= n;
  fake.before = undefined;
  const second = await up(fake, project);
  expect([n, second.result.failures.map((f) => f.message)]).toEqual([n, []]);
  expect([n, fake.snapshot()]).toEqual([n, wanted]);
  if (volume !== undefined) expect(fake.volumes.get('shop_data')).toBe(volume);
  for (const one of fake.containers.values()) expect(one.body.Env).toEqual(['VERSION=2']);
  const third = await up(fake, project);
  expect([
    n,
    third.plan.nodes.map(
      (node) =>
        `${node.operation.kind} ${node.subject.name}: ${node.because} ${JSON.stringify(node.changes ?? [])}`,
    ),
  ]).toEqual([n, []]);
  return { reached, exitCode: first.result.exitCode };
}

describe.each([
  ['of a new group', undefined],
  ['that recreates everything', shop({ VERSION: '1' })],
])('an up %s that is cut short at any change is completed by the next one', (_, before) => {
  test('the engine is lost', async () => {
    let n = 1;
    for (; ; n++) {
      const lost = (fake: FakeEngine) => {
        fake.dropEvents();
        throw refusal('unreachable', 'any', 'the engine is gone');
      };
      const { reached, exitCode } = await cutShort(n, lost, before);
      if (!reached) break;
      expect(exitCode).toBe(1);
    }
    expect(n).toBeGreaterThan(10);
  });

  test('one call is refused', async () => {
    let n = 1;
    for (; ; n++) {
      let refused = false;
      const once = () => {
        if (refused) return;
        refused = true;
        throw refusal('other', 'any', 'not today');
      };
      if (!(await cutShort(n, once, before)).reached) break;
    }
    expect(n).toBeGreaterThan(10);
  });

  test('Ctrl-C', async () => {
    let n = 1;
    for (; ; n++) {
      const { reached, exitCode } = await cutShort(n, (_fake, stop) => stop.abort(), before);
      if (!reached) break;
      expect(exitCode).toBe(130);
    }
    expect(n).toBeGreaterThan(10);
  });
});
