import type { NodeId, PlanNode } from '../../plan/plan.ts';
import { dependenciesIn } from './environment.ts';

/**
 * The nodes of a plan, with creates that get variables from a provider put after it. Where the plan has the
 * provider after the create, it stays so.
 */
export function withProviderEdges(nodes: readonly PlanNode[]): readonly PlanNode[] {
  const providers = new Map<string, NodeId>();
  for (const { id, operation } of nodes) {
    if (operation.kind === 'run-provider' && operation.action === 'up') providers.set(operation.service, id);
  }
  if (providers.size === 0) return nodes;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const comesAfter = (id: NodeId, before: NodeId, seen = new Set<NodeId>()): boolean => {
    if (id === before) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    return (byId.get(id)?.after ?? []).some((one) => comesAfter(one, before, seen));
  };
  return nodes.map((node) => {
    if (node.operation.kind !== 'create-container') return node;
    const wanted = dependenciesIn(node.operation.body.Labels).flatMap(
      (service) => providers.get(service) ?? [],
    );
    const added = wanted.filter((id) => !node.after.includes(id) && !comesAfter(id, node.id));
    if (added.length === 0) return node;
    const after = [...node.after, ...added];
    byId.set(node.id, { ...node, after });
    return { ...node, after };
  });
}
