import type { ContainerRef } from '../plan/operations.ts';
import type { NodeId, PlanNode } from '../plan/plan.ts';
import { type Told, wordsFor } from './words.ts';

/** Stop and removal of a container that another one takes the place of. */
const going = ['stop-container', 'remove-container'];

function refOf(node: PlanNode): ContainerRef | undefined {
  return 'container' in node.operation ? node.operation.container : undefined;
}

/**
 * What each node tells. The steps of a replacement (create beside, stop, remove, rename) are told as one:
 * `Recreate` and `Recreated` of the final container.
 */
export function toldByNode(nodes: readonly PlanNode[]): ReadonlyMap<NodeId, Told> {
  const told = new Map(nodes.map((node) => [node.id, wordsFor(node.operation)]));
  const say = (node: PlanNode, words: Told) => told.set(node.id, words);
  for (const node of nodes) {
    const { operation } = node;
    if (operation.kind !== 'create-container') continue;
    const beside = /^([0-9a-f]{12})_(.+)$/.exec(operation.name);
    const rename = nodes.find(
      ({ operation: other }) =>
        other.kind === 'rename-container' &&
        'createdBy' in other.container &&
        other.container.createdBy === node.id,
    );
    if (beside !== null && rename?.operation.kind === 'rename-container') {
      const id = `Container ${rename.operation.to}`;
      say(node, { id, begin: 'Recreate', done: '' });
      say(rename, { id, begin: '', done: 'Recreated' });
      for (const old of nodes) {
        const ref = refOf(old);
        if (ref === undefined || !('id' in ref) || !ref.id.startsWith(beside[1]!)) continue;
        if (going.includes(old.operation.kind)) say(old, { id, begin: '', done: '' });
      }
      continue;
    }
    const old = nodes.filter(
      (other) => going.includes(other.operation.kind) && refOf(other)?.name === operation.name,
    );
    if (!old.some((other) => other.operation.kind === 'remove-container')) continue;
    const id = `Container ${operation.name}`;
    old.forEach((other, index) => {
      say(other, { id, begin: index === 0 ? 'Recreate' : '', done: '' });
    });
    say(node, { id, begin: '', done: 'Recreated' });
  }
  return told;
}
