import type { Plan, PlanNode } from './plan.ts';
import type { Roll } from './rolling/roll.ts';

/** What the users of a service will notice. */
export interface Interruption {
  readonly service: string;
  readonly kind: 'none' | 'restart' | 'rolling' | 'paused' | 'gone' | 'new';
  /** With `rolling`: new before old, clients wait, so many at a time, or closed while ports move. */
  readonly how?: 'beside' | 'waits' | 'moves' | number;
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
    const found = judge(nodes, kept);
    const roll = plan.rolls?.find((one) => one.service === service);
    if (roll === undefined || found.kind !== 'restart') return { service, ...found };
    return { service, ...found, kind: 'rolling', how: howOf(roll) };
  });
}

function howOf({ moves, forwarder, policy, size }: Roll): NonNullable<Interruption['how']> {
  if (moves) return 'moves';
  if (policy.order === 'start-first') return 'beside';
  if (forwarder !== undefined) return 'waits';
  return policy.parallelism === 0 ? size : Math.min(size, policy.parallelism);
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

const rollingTexts = {
  beside: 'none: new containers work before the old ones stop',
  waits: 'none: clients wait while a container is replaced',
  moves: 'ports are closed for a moment while they move to a forwarder',
} as const;

/** One line for people. */
export function tellInterruption(interruption: Interruption): string {
  const { kind, stopping, before, how } = interruption;
  const part = stopping < before ? `${stopping} of ${before} containers` : '';
  switch (kind) {
    case 'none':
      return stopping > 0 ? `none: the other ${before - stopping} go on` : 'none';
    case 'new':
      return 'none: it did not run before';
    case 'restart':
      return part === '' ? 'from stop until it has started again' : `${part}, until they have started again`;
    case 'rolling':
      return typeof how === 'number'
        ? `${how} of ${before} containers at a time, until it has started again`
        : rollingTexts[how ?? 'beside'];
    case 'paused':
      return 'until it is unpaused';
    case 'gone':
      return 'it ends';
  }
}
