import { PlanBuilder } from './builder.ts';
import type { ContainerRef, Operation } from './operations.ts';
import type { NodeId, Plan, PlanNode } from './plan.ts';

export interface Done {
  readonly node: NodeId;
  /** Of a container, network or volume that the node made. */
  readonly id?: string;
}

/**
 * The plan that undoes what was done of another: made things are removed, stopped containers start again, in
 * the reverse order. Steps that can't be undone (a removal, a pull) are named in a warning.
 */
export function planRollback(plan: Plan, done: readonly Done[]): Plan {
  const builder = new PlanBuilder(plan.nodes[0]?.engine ?? '');
  const ids = new Map(done.map(({ node, id }) => [node, id]));
  const finished = plan.nodes.filter((node) => ids.has(node.id));
  const undone = new Map<NodeId, readonly NodeId[]>();
  const undo = (node: PlanNode): readonly NodeId[] => {
    const known = undone.get(node.id);
    if (known !== undefined) return known;
    // Holds the place: an order that the plan contradicts is none.
    undone.set(node.id, []);
    const later = finished.filter((n) => n.after.includes(node.id)).flatMap(undo);
    const operation = inverse(node, ids, finished);
    if (operation === 'lost') {
      builder.warn('not-undone', `${node.subject.name}: ${node.operation.kind} can't be undone`);
    }
    if (operation === 'keep' || operation === 'lost') {
      undone.set(node.id, later);
      return later;
    }
    const first =
      operation.kind === 'start-container' ? startedBefore(plan, node, finished).flatMap(undo) : [];
    const because = `undoes step ${node.id}`;
    const { engine, subject } = node;
    const made = [builder.add(operation, { engine, subject, because, after: [...later, ...first] })];
    undone.set(node.id, made);
    return made;
  };
  for (const node of finished.toReversed()) undo(node);
  return builder.build('rollback', plan.project);
}

/** Stops of services that have to run before the one of this stop, as far as the plan tells by its starts. */
function startedBefore(plan: Plan, stop: PlanNode, finished: readonly PlanNode[]): readonly PlanNode[] {
  const needed = new Set<string>();
  const seen = new Set<NodeId>();
  const visit = (node: PlanNode): void => {
    for (const id of node.after) {
      if (seen.has(id)) continue;
      seen.add(id);
      const before = plan.nodes[id - 1]!;
      if (before.operation.kind === 'start-container') needed.add(before.subject.name);
      visit(before);
    }
  };
  for (const node of plan.nodes) {
    if (node.operation.kind === 'start-container' && node.subject.name === stop.subject.name) visit(node);
  }
  return finished.filter(
    (node) => ends.has(node.operation.kind) && node.id !== stop.id && needed.has(node.subject.name),
  );
}

const ends = new Set(['stop-container', 'kill-container']);

type Ids = ReadonlyMap<NodeId, string | undefined>;

/** A container's id, or the name it has now where the id was not noted. */
function known(ref: ContainerRef, ids: Ids, finished: readonly PlanNode[]): ContainerRef {
  if ('id' in ref) return ref;
  const name = nameNow(ref, finished);
  return { id: ids.get(ref.createdBy) ?? name, name };
}

function inverse(node: PlanNode, ids: Ids, finished: readonly PlanNode[]): Operation | 'keep' | 'lost' {
  const { operation } = node;
  switch (operation.kind) {
    case 'create-container':
      return removal(known({ createdBy: node.id, name: operation.name }, ids, finished));
    case 'create-network': {
      const name = operation.body.Name;
      return { kind: 'remove-network', id: ids.get(node.id) ?? name, name };
    }
    case 'create-volume':
      return { kind: 'remove-volume', name: operation.body.Name };
    case 'stop-container':
    case 'kill-container':
      return removedLater(operation.container, finished)
        ? 'keep'
        : { kind: 'start-container', container: known(operation.container, ids, finished) };
    case 'start-container':
      return { kind: 'stop-container', container: known(operation.container, ids, finished) };
    case 'pause-container':
      return { kind: 'unpause-container', container: known(operation.container, ids, finished) };
    case 'unpause-container':
      return { kind: 'pause-container', container: known(operation.container, ids, finished) };
    case 'connect-network':
      return {
        kind: 'disconnect-network',
        network: operation.network,
        container: known(operation.container, ids, finished),
      };
    case 'update-container': {
      const before = node.changes?.find((change) => change.field === 'restart')?.before;
      if (before === undefined || operation.restartPolicy === undefined) return 'lost';
      return {
        kind: 'update-container',
        container: known(operation.container, ids, finished),
        restartPolicy: before,
      };
    }
    case 'rename-container':
      return 'id' in operation.container
        ? { kind: 'rename-container', container: operation.container, to: operation.container.name }
        : 'keep';
    case 'remove-network':
      return operation.body === undefined ? 'lost' : { kind: 'create-network', body: operation.body };
    case 'disconnect-network': {
      const { network, endpoint } = operation;
      if (endpoint === undefined) return 'lost';
      const container = known(operation.container, ids, finished);
      return { kind: 'connect-network', network, container, endpoint };
    }
    case 'remove-container':
    case 'remove-volume':
    case 'remove-image':
    case 'remove-snapshots':
      return 'lost';
    case 'set-forward':
      return {
        ...operation,
        forwarder: known(operation.forwarder, ids, finished),
        changes: operation.changes.map(({ container, use, was }) => ({
          container: known(container, ids, finished),
          use: was,
          was: use,
        })),
      };
    case 'drain-backend':
    case 'probe-backend':
    case 'monitor-container':
    case 'pass-gate':
    case 'pull-image':
    case 'push-image':
    case 'build-image':
    case 'copy-image':
    case 'restart-container':
    case 'wait-container':
    case 'copy-files':
    case 'run-hook':
    case 'run-pre-start':
    case 'prepare-model':
    case 'snapshot-volumes':
    case 'restore-volumes':
    case 'copy-volume':
    case 'verify-volume':
    case 'sync-volumes':
    case 'prove-volumes':
      return 'keep';
    case 'run-provider':
      return operation.action === 'up' ? { ...operation, action: 'down' } : 'lost';
  }
}

function removal(container: ContainerRef): Operation {
  return { kind: 'remove-container', container, force: true, volumes: false };
}

function nameNow(
  ref: { readonly createdBy: NodeId; readonly name: string },
  finished: readonly PlanNode[],
): string {
  const created = finished.find((node) => node.id === ref.createdBy)?.operation;
  const renamed = finished.find(
    ({ operation: op }) =>
      op.kind === 'rename-container' &&
      'createdBy' in op.container &&
      op.container.createdBy === ref.createdBy,
  )?.operation;
  if (renamed?.kind === 'rename-container') return renamed.to;
  return created?.kind === 'create-container' ? created.name : ref.name;
}

function removedLater(ref: ContainerRef, finished: readonly PlanNode[]): boolean {
  return finished.some(({ operation }) => {
    if (operation.kind !== 'remove-container') return false;
    const other = operation.container;
    return 'id' in ref
      ? 'id' in other && other.id === ref.id
      : 'createdBy' in other && other.createdBy === ref.createdBy;
  });
}
