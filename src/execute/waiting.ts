import type { OperationKind } from '../plan/operations.ts';
import type { PlanNode } from '../plan/plan.ts';

const waits: ReadonlySet<OperationKind> = new Set([
  ...(['wait-container', 'monitor-container', 'pass-gate'] as const),
  ...(['drain-backend', 'probe-backend'] as const),
]);

/** A wait costs the engine nothing: it holds no place of the parallel limit, and ends at the first interrupt. */
export function isWaiting({ operation }: PlanNode): boolean {
  return waits.has(operation.kind);
}
