import type { OperationKind } from '../plan/operations.ts';
import type { PlanNode } from '../plan/plan.ts';

const waits: ReadonlySet<OperationKind> = new Set([
  ...(['wait-container', 'monitor-container', 'pass-gate'] as const),
  ...(['drain-backend', 'probe-backend'] as const),
]);

const transfers: ReadonlySet<OperationKind> = new Set([
  'pull-image',
  'build-image',
  'push-image',
  'snapshot-volumes',
] as const);

/** Long, and of no effect until it is complete: ends at the first interrupt, and nothing is lost. */
export function isTransfer({ operation }: PlanNode): boolean {
  return transfers.has(operation.kind);
}

/** A wait costs the engine nothing: it holds no place of the parallel limit, and ends at the first interrupt. */
export function isWaiting({ operation }: PlanNode): boolean {
  return waits.has(operation.kind);
}
