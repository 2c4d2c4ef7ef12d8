import { label } from '../model/labels.ts';
import { imageName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import { isHook, isOn, orphansOf } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import { dependentsIn, type Group, groupOf, groupOrder, namedWithDependents } from './group.ts';
import type { DownIntent } from './intent.ts';
import { checkServices } from './named.ts';
import type { NodeId, Plan } from './plan.ts';
import { anonymousLosses, lossOf } from './steps/data-loss.ts';
import { orphansToRemove, removeOrphans } from './steps/orphans.ts';
import { addRemove, addStop } from './steps/stop-container.ts';

export interface ProjectOrName {
  readonly name: string;
  readonly project?: Project;
}

/** Plans `down`: dependents go before what they depend on; then networks, images and volumes. */
export function planDown(target: Project | ProjectOrName, observed: Observed, intent: DownIntent): Plan {
  const project = 'services' in target ? target : target.project;
  const builder = new PlanBuilder(observed.engine);
  const group = groupOf(target.name, project, observed);
  checkServices(builder, group, intent.services);
  const selected = namedWithDependents(group, intent.services);
  const gone: ObservedContainer[] = [];
  const removed = new Map<string, readonly NodeId[]>();
  for (const name of groupOrder(group).reverse()) {
    if (!selected.has(name)) continue;
    const before = dependentsIn(group, name).flatMap((d) => removed.get(d) ?? []);
    removed.set(name, removeService(builder, group, name, before, observed, intent));
    const { containers, forwarders } = group.services.get(name)!;
    gone.push(...containers, ...forwarders);
  }
  const others = [...otherContainers(builder, project, observed, intent)];
  gone.push(...others);
  const nodes = [
    ...[...removed.values()].flat(),
    ...removeOrphans(builder, others, intent.timeout, intent.volumes),
  ];
  const remaining = observed.containers.filter((c) => !gone.includes(c));
  removeNetworks(builder, target.name, observed, remaining, nodes);
  if (intent.rmi !== undefined) removeImages(builder, group, observed, selected, intent.rmi, nodes);
  if (intent.volumes) removeVolumes(builder, target.name, project, observed, remaining, nodes);
  return builder.build('down', target.name);
}

function removeService(
  builder: PlanBuilder,
  group: Group,
  name: string,
  before: readonly NodeId[],
  observed: Observed,
  intent: DownIntent,
): readonly NodeId[] {
  const { service, containers, forwarders } = group.services.get(name)!;
  if (service?.provider !== undefined) {
    const { type, options = {} } = service.provider;
    const because = 'the provider knows what there is to do';
    const subject = { kind: 'service', name } as const;
    return [
      builder.add(
        { kind: 'run-provider', service: name, action: 'down', type, options },
        { after: before, subject, because },
      ),
    ];
  }
  const nodes = containers.flatMap((container) => {
    const because = 'down';
    const after = addStop(builder, container, { because, after: before, service, timeout: intent.timeout });
    const stopped = after.length > 0 ? after : before;
    const volumes = intent.volumes ?? false;
    const dataLoss = volumes ? anonymousLosses(observed, container) : [];
    return addRemove(builder, container, { because, after: stopped, volumes, dataLoss });
  });
  for (const forwarder of forwarders) {
    const because = 'down';
    const options = { because, after: [...before, ...nodes], service: undefined, timeout: intent.timeout };
    const stopped = addStop(builder, forwarder, options);
    const after = stopped.length > 0 ? stopped : options.after;
    nodes.push(...addRemove(builder, forwarder, { because, after, volumes: false }));
  }
  // What this service depends on waits for its dependents too, even if it has no container itself.
  return nodes.length > 0 ? nodes : before;
}

/** Orphans, one-offs (both only with `--remove-orphans`) and what hooks left. */
function otherContainers(
  builder: PlanBuilder,
  project: Project | undefined,
  observed: Observed,
  intent: DownIntent,
): readonly ObservedContainer[] {
  const hooks = observed.containers.filter(isHook);
  const oneOffs = intent.removeOrphans ? observed.containers.filter((c) => c.oneOff) : [];
  if (project === undefined) return [...oneOffs, ...hooks];
  const ignoreOrphans = !intent.removeOrphans && orphansOf(project, observed).foreign.length === 0;
  return [...orphansToRemove(builder, project, observed, { ...intent, ignoreOrphans }), ...oneOffs, ...hooks];
}

function removeNetworks(
  builder: PlanBuilder,
  name: string,
  observed: Observed,
  remaining: readonly ObservedContainer[],
  after: readonly NodeId[],
): void {
  for (const network of observed.networks) {
    if (network.labels[label.project] !== name) continue;
    const users = remaining.filter((c) => isOn(c, network));
    if (users.length > 0) {
      const who = users.map((c) => c.name).join(', ');
      builder.warn('network-in-use', `Network ${network.name} stays: ${who} still uses it`);
      continue;
    }
    const key = network.labels[label.network] ?? network.name;
    builder.add(
      { kind: 'remove-network', id: network.id, name: network.name },
      { after, subject: { kind: 'network', name: key }, because: 'down', optional: true },
    );
  }
}

function removeImages(
  builder: PlanBuilder,
  group: Group,
  observed: Observed,
  selected: ReadonlySet<string>,
  which: 'all' | 'local',
  after: readonly NodeId[],
): void {
  const images = new Set<string>();
  for (const name of selected) {
    const { service, containers } = group.services.get(name)!;
    if (which === 'local' && service?.image !== undefined) continue;
    if (service === undefined) {
      if (which === 'all') for (const c of containers) images.add(c.image);
      continue;
    }
    const reference = imageName(group.name, name, service);
    if (reference in observed.images) images.add(reference);
  }
  for (const image of [...images].sort()) {
    builder.add(
      { kind: 'remove-image', image },
      { after, subject: { kind: 'image', name: image }, because: `--rmi ${which}`, optional: true },
    );
  }
}

function removeVolumes(
  builder: PlanBuilder,
  name: string,
  project: Project | undefined,
  observed: Observed,
  remaining: readonly ObservedContainer[],
  after: readonly NodeId[],
): void {
  const wanted = new Map(Object.entries(project?.volumes ?? {}).map(([key, v]) => [v.name, { key, ...v }]));
  for (const volume of observed.volumes) {
    const ours = volume.labels[label.project] === name;
    const model = wanted.get(volume.name);
    if (model?.external) continue;
    if (!ours) {
      if (model === undefined) continue;
      builder.warn(
        'volume-not-ours',
        `Volume ${volume.name} stays: it was not made for this project`,
        `remove it by hand, or say "external: true" for volume ${model.key}`,
      );
      continue;
    }
    if (project !== undefined && model === undefined) continue;
    const users = remaining.filter((c) =>
      c.mounts.some((m) => m.type === 'volume' && m.name === volume.name),
    );
    if (users.length > 0) {
      const who = users.map((c) => c.name).join(', ');
      builder.warn('volume-in-use', `Volume ${volume.name} stays: ${who} still uses it`);
      continue;
    }
    const key = volume.labels[label.volume] ?? volume.name;
    builder.add(
      { kind: 'remove-volume', name: volume.name },
      {
        after,
        subject: { kind: 'volume', name: key },
        because: 'down --volumes',
        optional: true,
        dataLoss: [lossOf(observed, volume.name)],
      },
    );
  }
}
