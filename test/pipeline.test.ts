import { expect, test } from 'vitest';
import type { ExecutionEvent } from '../src/execute/events.ts';
import { serviceHash } from '../src/model/hash.ts';
import { type PipelineRequest, runPipeline } from '../src/pipeline.ts';
import { standardMaterials } from '../src/plan/standard.ts';
import { planUp } from '../src/plan/up.ts';
import { project, upIntent } from './support/builders.ts';
import { FakeEngine, refusal } from './support/fake-engine.ts';

const shop = project({ web: { image: 'busybox', networks: { default: null } } });

function requestFor(fake: FakeEngine, more: Partial<PipelineRequest> = {}) {
  const events: ExecutionEvent[] = [];
  const materials = standardMaterials({ project: shop, facts: fake.facts, toolVersion: 'test' });
  const idle = new AbortController().signal;
  const request: PipelineRequest = {
    ...{ engine: fake.engine, target: { name: shop.name, project: shop }, signal: idle, kill: idle },
    observe: { expectedHash: (name) => serviceHash(shop.services[name]!) },
    plan: (observed, round) => planUp(shop, observed, upIntent(round), materials),
    ask: async () => undefined,
    emit: (event) => events.push(event),
    ...more,
  };
  return { request, events };
}

/** An engine that lost track of the group's container in a crash. */
async function crashed(): Promise<FakeEngine> {
  const fake = new FakeEngine();
  expect((await runPipeline(requestFor(fake).request)).exitCode).toBe(0);
  const lost = fake.container('p-web-1')!;
  lost.state = 'exited';
  fake.before = ({ method, target }) => {
    if (method !== 'startContainer' || target !== lost.id) return;
    throw refusal('other', method, `task ${lost.id}: already exists`);
  };
  return fake;
}

test('a container that the engine lost track of is made anew, once', async () => {
  const fake = await crashed();
  const before = fake.container('p-web-1')!.id;
  const { request, events } = requestFor(fake);
  expect((await runPipeline(request)).exitCode).toBe(0);
  const now = fake.container('p-web-1')!;
  expect(now.id).not.toBe(before);
  expect(now.state).toBe('running');
  expect(fake.containers.size).toBe(1);
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'notice', message: expect.stringContaining('lost track') }),
  );
});

test('it is left alone where something else was promised', async () => {
  const fake = await crashed();
  const before = fake.container('p-web-1')!.id;
  const { request } = requestFor(fake, { check: () => {} });
  expect((await runPipeline(request)).exitCode).toBe(1);
  expect(fake.container('p-web-1')!.id).toBe(before);
});

test('a start that fails for another reason is not tried again', async () => {
  const fake = await crashed();
  fake.before = ({ method }) => {
    if (method === 'startContainer') throw refusal('other', method, 'no space left on device');
  };
  const { request } = requestFor(fake);
  expect((await runPipeline(request)).exitCode).toBe(1);
  expect(fake.calls.filter(({ method }) => method === 'startContainer')).toHaveLength(2);
});
