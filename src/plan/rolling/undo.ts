import { PlanBuilder } from '../builder.ts';
import type { ContainerRef } from '../operations.ts';
import type { NodeId, Plan, PlanNode, Subject } from '../plan.ts';
import { planRollback } from '../rollback.ts';
import type { Replacement, Roll } from './roll.ts';

/** What a plan has made until now: ids by node. */
export type Made = ReadonlyMap<NodeId, string>;

/** Steps whose failure may have come after their effect. */
const mayBeDone = new Set(['stop-container', 'start-container', 'set-forward']);

/** The steps that put back what one replacement has done so far. */
export function undoReplacement(
  plan: Plan,
  { steps }: Replacement,
  done: ReadonlySet<NodeId>,
  made: Made,
): readonly PlanNode[] {
  const began = steps.find((id) => !done.has(id));
  const nodes = plan.nodes.filter((node) => steps.includes(node.id));
  const effective = nodes.filter(
    ({ id, operation }) => done.has(id) || (id === began && mayBeDone.has(operation.kind)),
  );
  // Networks and the like are not a replacement's own; containers of other steps are known by their ids.
  const known = effective.map(({ id }) => ({ node: id, ...idOf(made, id) }));
  const all = plan.nodes.map((node) => resolved(node, made));
  const undone = planRollback({ ...plan, nodes: all }, known).nodes;
  const waited = effective.some(({ operation }) => operation.kind === 'stop-container');
  return (waited ? undone.map(atOnce) : undone).map(anyway);
}

/** What can't be put back must not keep the rest from being put back. */
function anyway({ after, ...node }: PlanNode): PlanNode {
  return { ...node, after: [], whenEnded: after };
}

/** While nobody serves, the container that failed gets no time to say goodbye. */
function atOnce(node: PlanNode): PlanNode {
  const { operation } = node;
  return operation.kind === 'stop-container' ? { ...node, operation: { ...operation, timeout: 0 } } : node;
}

function idOf(made: Made, node: NodeId): { id?: string } {
  const id = made.get(node);
  return id === undefined ? {} : { id };
}

/** References to containers that other steps of the plan have made, as ids. */
function resolved(node: PlanNode, made: Made): PlanNode {
  const known = <T extends ContainerRef>(ref: T): ContainerRef => {
    const id = 'createdBy' in ref ? made.get(ref.createdBy) : undefined;
    return id === undefined ? ref : { id, name: ref.name };
  };
  const { operation } = node;
  if (operation.kind !== 'set-forward') return node;
  const changes = operation.changes.map((one) => ({ ...one, container: known(one.container) }));
  return { ...node, operation: { ...operation, forwarder: known(operation.forwarder), changes } };
}

/** The plan that brings the previous containers of these replacements back, by the service's `rollback_config`. */
export function planTakeBack(plan: Plan, roll: Roll, replaced: readonly Replacement[], made: Made): Plan {
  const builder = new PlanBuilder(roll.engine);
  const { parallelism, delayMs, failureAction } = roll.rollback;
  const pairs = replaced.toReversed().flatMap(({ containers }) => containers);
  const size = parallelism === 0 ? pairs.length : parallelism;
  let last: readonly NodeId[] = [];
  for (let first = 0; first < pairs.length; first += size) {
    const batch = pairs.slice(first, first + size);
    const waits = first > 0 && delayMs > 0 ? delayMs : undefined;
    const between =
      waits === undefined
        ? last
        : [
            builder.add(
              { kind: 'pass-gate', service: roll.service, replaced: first, of: pairs.length, delayMs: waits },
              {
                subject: { kind: 'service', name: roll.service },
                because: 'rollback',
                ...order(failureAction, last),
              },
            ),
          ];
    last = batch.map((pair) => takeBack(builder, roll, pair, made, order(failureAction, between)));
  }
  return builder.build('rollback', plan.project);
}

type Order = { readonly after: readonly NodeId[] } | { readonly whenEnded: readonly NodeId[] };

function order(action: string, nodes: readonly NodeId[]): Order {
  return action === 'continue' ? { whenEnded: nodes } : { after: nodes };
}

function takeBack(
  builder: PlanBuilder,
  { service, rollback, forwarder, drainMs, readyMs }: Roll,
  { replica, before, now }: Replacement['containers'][number],
  made: Made,
  first: Order,
): NodeId {
  const subject: Subject = { kind: 'service', name: service, replica };
  const because = 'rollback';
  const id = 'createdBy' in now ? made.get(now.createdBy) : now.id;
  const current: ContainerRef = id === undefined ? now : { id, name: now.name };
  let last: Order = first;
  const add = (operation: Parameters<PlanBuilder['add']>[0]): NodeId => {
    const node = builder.add(operation, { subject, because, ...last });
    last = { after: [node] };
    return node;
  };
  const use = (container: ContainerRef, to: 'all' | 'none' | 'gone', was: 'all' | 'none' | 'gone') => {
    if (forwarder === undefined) return;
    const changes = [{ container, use: to, was }];
    add({ kind: 'set-forward', forwarder: forwarder.container, ports: forwarder.ports, changes });
  };
  const stop = () => {
    use(current, 'none', 'all');
    if (forwarder !== undefined) {
      add({
        kind: 'drain-backend',
        forwarder: forwarder.container,
        container: current,
        timeoutMs: drainMs,
      });
    }
    add({ kind: 'stop-container', container: current });
  };
  const start = () => {
    add({ kind: 'start-container', container: before });
    add({ kind: 'wait-container', container: before, until: 'ready', timeoutMs: readyMs });
    use(before, 'all', 'gone');
  };
  if (rollback.order === 'start-first') {
    start();
    stop();
  } else {
    stop();
    start();
  }
  use(current, 'gone', 'none');
  return add({ kind: 'remove-container', container: current, force: true, volumes: false });
}
