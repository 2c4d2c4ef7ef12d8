import type { ExecutionEvent, ResourceEvent } from '../../src/execute/events.ts';
import { execute } from '../../src/execute/execute.ts';
import type { ExecuteOptions } from '../../src/execute/options.ts';
import type { ExecutionResult } from '../../src/execute/result.ts';
import type { ContainerBody } from '../../src/model/bodies.ts';
import type { Operation } from '../../src/plan/operations.ts';
import type { Plan, PlanNode, Subject } from '../../src/plan/plan.ts';
import { FakeEngine } from '../support/fake-engine.ts';

export const project = 'shop';

export function body(service: string, more: Partial<ContainerBody> = {}): ContainerBody {
  const Labels = {
    'com.docker.compose.project': project,
    'com.docker.compose.service': service,
    ...more.Labels,
  };
  return { Image: 'busybox', HostConfig: {}, ...more, Labels };
}

/** Writes a plan node by node; ids count from 1. */
export class PlanWriter {
  readonly nodes: PlanNode[] = [];

  add(operation: Operation, after: readonly number[] = [], more: Partial<PlanNode> = {}): number {
    const id = this.nodes.length + 1;
    const subject: Subject = { kind: 'service', name: serviceOf(operation, this.nodes) };
    this.nodes.push({ id, after, engine: 'fake', subject, operation, because: 'test', ...more });
    return id;
  }

  create(service: string, after: readonly number[] = [], more: Partial<ContainerBody> = {}): number {
    const name = `${project}-${service}-1`;
    return this.add(
      { kind: 'create-container', name, body: body(service, more), connect: [], files: [] },
      after,
    );
  }

  start(created: number, after: readonly number[] = []): number {
    return this.add({ kind: 'start-container', container: this.ref(created) }, [created, ...after]);
  }

  wait(
    created: number,
    until: 'running' | 'healthy' | 'completed' | 'ready',
    after: readonly number[],
    more: { readonly timeoutMs?: number; readonly optional?: boolean } = {},
  ): number {
    const { optional, ...rest } = more;
    return this.add(
      { kind: 'wait-container', container: this.ref(created), until, ...rest },
      after,
      optional === undefined ? {} : { optional },
    );
  }

  ref(created: number) {
    const { operation } = this.nodes[created - 1]!;
    if (operation.kind !== 'create-container') throw new Error('not a create node');
    return { createdBy: created, name: operation.name };
  }

  plan(more: Partial<Plan> = {}): Plan {
    return {
      ...{ command: 'up', project, nodes: this.nodes, unchanged: [], warnings: [], questions: [] },
      ...{ refusals: [], ...more },
    };
  }
}

function serviceOf(operation: Operation, nodes: readonly PlanNode[]): string {
  if (operation.kind === 'create-container') return operation.body.Labels['com.docker.compose.service'] ?? '';
  if ('service' in operation) return operation.service;
  if ('container' in operation && 'createdBy' in operation.container) {
    return nodes[operation.container.createdBy - 1]!.subject.name;
  }
  return 'container' in operation ? operation.container.name.split('-')[1]! : '';
}

export interface Ran {
  readonly result: ExecutionResult;
  readonly events: readonly ExecutionEvent[];
  /** `Container shop-db-1 Created`, in order. */
  readonly lines: readonly string[];
}

export async function run(
  plan: Plan,
  fake: FakeEngine = new FakeEngine(),
  options: Partial<ExecuteOptions> = {},
): Promise<Ran> {
  const events: ExecutionEvent[] = [];
  const result = await execute(plan, {
    engines: new Map([[fake.name, fake.engine]]),
    signal: new AbortController().signal,
    ...options,
    emit: (event) => {
      events.push(event);
      options.emit?.(event);
    },
  });
  const lines = events.flatMap((event) => (event.type === 'resource' ? [`${event.id} ${event.text}`] : []));
  return { result, events, lines };
}

export function resources(events: readonly ExecutionEvent[]): readonly ResourceEvent[] {
  return events.filter((event) => event.type === 'resource');
}

/** A shuffle that a seed repeats. */
export function shuffler(seed: number): <T>(list: readonly T[]) => readonly T[] {
  let state = seed >>> 0 || 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return (list) => {
    const result = [...list];
    for (let i = result.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  };
}

const check = { Test: ['CMD', 'probe'], Interval: 30e9 };

/** A network and a volume; db (healthy) before api before web; an independent worker; a one-shot before api. */
export function shopPlan(): PlanWriter {
  const w = new PlanWriter();
  const labels = { 'com.docker.compose.project': project };
  const net = w.add({ kind: 'create-network', body: { Name: 'shop_default', Labels: labels } });
  const vol = w.add({ kind: 'create-volume', body: { Name: 'shop_data', Labels: labels } });
  const db = w.create('db', [net, vol], { Healthcheck: check });
  const seed = w.create('seed', [net]);
  const api = w.create('api', [net]);
  const web = w.create('web', [net, api], { HostConfig: { NetworkMode: `container:{container:${api}}` } });
  const worker = w.create('worker', [net]);
  const healthy = w.wait(db, 'healthy', [w.start(db)]);
  const seeded = w.wait(seed, 'completed', [w.start(seed, [healthy])]);
  const apiStarted = w.start(api, [healthy, seeded]);
  w.start(web, [apiStarted]);
  w.start(worker);
  return w;
}

export function shopEngine(): FakeEngine {
  const fake = new FakeEngine();
  fake.behaviours.set('seed', { exits: { code: 0, after: 5 } });
  fake.behaviours.set('db', { probes: [1, 0] });
  return fake;
}
