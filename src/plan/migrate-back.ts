import { moveLabel } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import { isAlive } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import { groupOf, groupOrder } from './group.ts';
import type { NodeId, Plan } from './plan.ts';
import { aboutContainer, refTo } from './steps/containers.ts';
import { groupWaits } from './steps/group-waits.ts';

/** A container of the source as it was before a move began. */
export interface MovedContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** Its restart policy: `no`, `always`, `on-failure:3`, … */
  readonly restart: string;
  readonly running: boolean;
}

export interface Move {
  readonly id: string;
  readonly project: string;
  readonly containers: readonly MovedContainer[];
}

/**
 * Plans the way back, from what both engines hold and not from what was done: what the move made on the target goes,
 * containers first; then the source's containers get their restart policies back and start in order.
 * @param target undefined: it can't be asked, and it is known that nothing of the move has started there
 */
export function planMoveBack(move: Move, source: Observed, target: Observed | undefined): Plan {
  const builder = new PlanBuilder(source.engine);
  const gone = target === undefined ? [] : removeFromTarget(builder, move, target);
  // What depends on what is told by the labels: the files may have changed since.
  const group = groupOf(move.project, undefined, source);
  const waitsFor = groupWaits(builder, group, { lenient: true });
  const known = new Map(move.containers.map((container) => [container.id, container]));
  const started = new Map<string, readonly NodeId[]>();
  for (const name of groupOrder(group)) {
    const { containers, forwarders, dependsOn } = group.services.get(name)!;
    const own = [...forwarders, ...containers].filter(({ id }) => known.has(id));
    const begun = (other: string) => started.get(other) ?? [];
    const starts = own.some((container) => known.get(container.id)!.running && !isAlive(container));
    const waits = [...dependsOn.keys()].flatMap((other) => [
      ...begun(other),
      ...(starts && begun(other).length > 0 ? waitsFor(name, other, begun(other)) : []),
    ]);
    const nodes = own.flatMap((container) =>
      bringBack(builder, container, known.get(container.id)!, [...gone, ...waits]),
    );
    started.set(name, nodes.length > 0 ? nodes : waits);
  }
  return builder.build('migrate-back', move.project);
}

function bringBack(
  builder: PlanBuilder,
  container: ObservedContainer,
  was: MovedContainer,
  after: readonly NodeId[],
): readonly NodeId[] {
  const draft = { subject: aboutContainer(container), after };
  const nodes: NodeId[] = [];
  if (was.restart !== 'no' && was.restart !== '') {
    nodes.push(
      builder.add(
        { kind: 'update-container', container: refTo(container), restartPolicy: was.restart },
        { ...draft, because: 'as it was before the move', optional: true },
      ),
    );
  }
  if (!was.running || isAlive(container)) return nodes;
  const start = builder.add(
    { kind: 'start-container', container: refTo(container) },
    { ...draft, after: [...after, ...nodes], because: 'ran before the move' },
  );
  return [...nodes, start];
}

/** @returns the nodes after which no container of the move is on the target any more */
function removeFromTarget(
  builder: PlanBuilder,
  { id, project: name }: Move,
  target: Observed,
): readonly NodeId[] {
  const ours = (labels: Readonly<Record<string, string>>) => labels[moveLabel] === id;
  const { engine } = target;
  const because = 'the move is taken back';
  const group = groupOf(name, undefined, target);
  const gone: NodeId[] = [];
  // Those that live in another's namespaces go first.
  for (const service of groupOrder(group).reverse()) {
    const before = [...gone];
    const { containers = [], forwarders = [] } = group.services.get(service) ?? {};
    for (const container of [...containers, ...forwarders]) {
      if (!ours(container.labels)) continue;
      gone.push(
        builder.add(
          { kind: 'remove-container', container: refTo(container), force: true, volumes: false },
          { engine, after: before, subject: aboutContainer(container), because },
        ),
      );
    }
  }
  for (const network of target.networks.filter(({ labels }) => ours(labels))) {
    builder.add(
      { kind: 'remove-network', id: network.id, name: network.name },
      { engine, after: gone, subject: { kind: 'network', name: network.name }, because, optional: true },
    );
  }
  for (const volume of target.volumes.filter(({ labels }) => ours(labels))) {
    builder.add(
      { kind: 'remove-volume', name: volume.name },
      { engine, after: gone, subject: { kind: 'volume', name: volume.name }, because, optional: true },
    );
  }
  return gone;
}

/** Plans the end of a move that has succeeded: the source's containers, volumes and networks go. */
export function planMoveEnd(
  move: Move & { readonly volumes: readonly string[]; readonly marks: readonly string[] },
  project: Project | undefined,
  source: Observed,
): Plan {
  const builder = new PlanBuilder(source.engine);
  const because = `moved by ${move.id}`;
  const moved = new Set(move.containers.map(({ id }) => id));
  const group = groupOf(move.project, project, source);
  const gone: NodeId[] = [];
  for (const service of groupOrder(group).reverse()) {
    const before = [...gone];
    const { containers = [], forwarders = [] } = group.services.get(service) ?? {};
    for (const container of [...containers, ...forwarders]) {
      if (!moved.has(container.id)) continue;
      if (isAlive(container)) {
        const message = `${container.name} runs on ${source.engine}: it was started after the move`;
        builder.refuse('source-runs', message, 3, 'stop it there if the target holds what counts');
      }
      gone.push(
        builder.add(
          { kind: 'remove-container', container: refTo(container), force: false, volumes: false },
          { after: before, subject: aboutContainer(container), because },
        ),
      );
    }
  }
  const left = source.containers.filter(({ id }) => !moved.has(id));
  for (const name of [...move.volumes, ...move.marks]) {
    if (left.some(({ mounts }) => mounts.some((mount) => mount.name === name))) continue;
    builder.add({ kind: 'remove-volume', name }, { after: gone, subject: { kind: 'volume', name }, because });
  }
  for (const network of left.length > 0 ? [] : source.networks) {
    if (
      project !== undefined &&
      Object.values(project.networks).some((n) => n.external && n.name === network.name)
    )
      continue;
    builder.add(
      { kind: 'remove-network', id: network.id, name: network.name },
      { after: gone, subject: { kind: 'network', name: network.name }, because, optional: true },
    );
  }
  return builder.build('migrate-end', move.project);
}
