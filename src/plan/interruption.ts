import type { Plan, PlanNode } from './plan.ts';

/** What the users of a service will notice. */
export interface Interruption {
  readonly service: string;
  readonly kind: 'none' | 'restart' | 'paused' | 'gone' | 'new';
  /** Containers that stop, and how many there are before. */
  readonly stopping: number;
  readonly before: number;
}

const ends = new Set(['stop-container', 'kill-container', 'remove-container', 'pause-container']);
const begins = new Set(['start-container', 'unpause-container']);

/** For each service that the plan touches: does it go on, come back, or end. */
export function interruptions(plan: Plan): readonly Interruption[] {
  const names = [
    ...new Set(plan.nodes.flatMap((n) => (n.subject.kind === 'service' ? [n.subject.name] : []))),
  ];
  return names.map((service) => {
    const nodes = plan.nodes.filter((n) => n.subject.kind === 'service' && n.subject.name === service);
    const kept = plan.unchanged.filter((u) => u.service === service && u.state === 'running').length;
    return { service, ...judge(nodes, kept) };
  });
}

function judge(nodes: readonly PlanNode[], kept: number): Omit<Interruption, 'service'> {
  const restarts = nodes.filter((n) => n.operation.kind === 'restart-container').length;
  const ended = new Set(
    nodes.flatMap(({ operation }) =>
      ends.has(operation.kind) && 'container' in operation && 'id' in operation.container
        ? [operation.container.id]
        : [],
    ),
  );
  const stopped = nodes.filter((n) => n.operation.kind === 'stop-container').length;
  const started = nodes.filter((n) => begins.has(n.operation.kind)).length;
  const stopping = Math.max(stopped, restarts, ended.size > 0 && stopped === 0 ? running(nodes) : 0);
  const before = stopping + kept;
  if (restarts > 0) return { kind: 'restart', stopping: restarts, before };
  if (stopping === 0) return { kind: started > 0 && before === 0 ? 'new' : 'none', stopping, before };
  if (nodes.some((n) => n.operation.kind === 'pause-container')) return { kind: 'paused', stopping, before };
  if (started > 0) return { kind: 'restart', stopping, before };
  return { kind: kept > 0 ? 'none' : 'gone', stopping, before };
}

function running(nodes: readonly PlanNode[]): number {
  return nodes.filter((n) => n.operation.kind === 'kill-container' || n.operation.kind === 'pause-container')
    .length;
}

/** One line for people. */
export function tellInterruption(interruption: Interruption): string {
  const { kind, stopping, before } = interruption;
  const part = stopping < before ? `${stopping} of ${before} containers` : '';
  switch (kind) {
    case 'none':
      return stopping > 0 ? `none: the other ${before - stopping} go on` : 'none';
    case 'new':
      return 'none: it did not run before';
    case 'restart':
      return part === '' ? 'from stop until it has started again' : `${part}, until they have started again`;
    case 'paused':
      return 'until it is unpaused';
    case 'gone':
      return 'it ends';
  }
}
