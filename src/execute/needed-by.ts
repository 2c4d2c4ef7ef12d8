import type { NodeId, PlanNode } from '../plan/plan.ts';
import type { Told } from './words.ts';

/** For each wait, the containers that go on when it is over: those of the next nodes that tell something. */
export function neededByWaits(
  nodes: readonly PlanNode[],
  told: ReadonlyMap<NodeId, Told>,
): ReadonlyMap<NodeId, readonly string[]> {
  const next = new Map<NodeId, PlanNode[]>();
  for (const node of nodes) {
    for (const id of node.after) next.set(id, [...(next.get(id) ?? []), node]);
  }
  const found = new Map<NodeId, readonly string[]>();
  for (const node of nodes) {
    if (node.operation.kind !== 'wait-container') continue;
    const ids = new Set<string>();
    const seen = new Set<NodeId>();
    const look = (id: NodeId): void => {
      for (const after of next.get(id) ?? []) {
        if (seen.has(after.id)) continue;
        seen.add(after.id);
        const words = told.get(after.id);
        if (words !== undefined && words.begin + words.done !== '') ids.add(words.id);
        else look(after.id);
      }
    };
    look(node.id);
    ids.delete(told.get(node.id)?.id ?? '');
    found.set(
      node.id,
      [...ids].filter((id) => id.startsWith('Container ')),
    );
  }
  return found;
}
