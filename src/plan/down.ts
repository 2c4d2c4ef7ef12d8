import { label } from '../model/labels.ts';
import { imageName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import { isHook, isOn, orphansOf } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import { dependentsIn, type Group, groupOf, groupOrder } from './group.ts';
import type { DownIntent } from './intent.ts';
import { checkServices } from './named.ts';
import type { NodeId, Plan } from './plan.ts';
import { anonymousLosses } from './steps/data-loss.ts';
import { askFor, refuseProtected, volumesToRemove } from './steps/leaving-volumes.ts';
import { resourcesOf } from './steps/named-resources.ts';
import { orphansToRemove, removeOrphans } from './steps/orphans.ts';
import { keepTime, lossesOf, mayHoldData, takeSnapshots } from './steps/snapshots.ts';
import { addRemove, addStop } from './steps/stop-container.ts';

export interface ProjectOrName {
  readonly name: string;
  readonly project?: Project;
}

/**
 * Plans `down`: dependents go before what they depend on; then networks, images and volumes. Named services go
 * alone, with what only they use: nothing goes that nobody asked for.
 */
export function planDown(target: Project | ProjectOrName, observed: Observed, intent: DownIntent): Plan {
  const project = 'services' in target ? target : target.project;
  const builder = new PlanBuilder(observed.engine);
  const group = groupOf(target.name, project, observed);
  checkServices(builder, group, intent.services);
  const selected = new Set(intent.services.length === 0 ? group.services.keys() : intent.services);
  const resources = resourcesOf(group, observed, intent.services);
  const order = groupOrder(group)
    .reverse()
    .filter((name) => selected.has(name));
  const others = otherContainers(builder, project, observed, intent);
  const going = order.flatMap((name) => {
    const { containers, forwarders } = group.services.get(name)!;
    return [...containers, ...forwarders];
  });
  const remaining = observed.containers.filter((c) => !going.includes(c) && !others.includes(c));
  const volumes = intent.volumes ? volumesToRemove(builder, target.name, project, resources, remaining) : [];
  refuseProtected(builder, project, volumes, intent);
  const kept = volumes.flatMap((volume) => {
    const keepSeconds = keepTime(project, volume, intent);
    return keepSeconds > 0 && mayHoldData(observed, volume) ? [{ volume, keepSeconds }] : [];
  });
  const down: Down = { builder, group, observed, intent, stopped: new Map() };
  // Nothing goes before what it leaves is kept.
  const taken = kept.length === 0 ? [] : [keepFirst(down, target.name, order, others, kept)];
  const removed = new Map<string, readonly NodeId[]>();
  for (const name of order) {
    const before = dependentsIn(group, name).flatMap((d) => removed.get(d) ?? []);
    removed.set(name, removeService(down, name, before, taken));
  }
  const nodes = [
    ...[...removed.values()].flat(),
    ...removeOrphans(builder, others, intent.timeout, intent.volumes, taken),
  ];
  removeNetworks(builder, target.name, resources.networks, remaining, nodes);
  if (intent.rmi !== undefined) removeImages(builder, group, observed, selected, intent.rmi, nodes);
  const named = new Set(kept.map(({ volume }) => volume.name));
  for (const volume of volumes) {
    builder.add(
      { kind: 'remove-volume', name: volume.name },
      {
        ...{ after: [...taken, ...nodes], because: 'down --volumes', optional: true },
        subject: { kind: 'volume', name: volume.labels[label.volume] ?? volume.name },
        dataLoss: named.has(volume.name) ? [] : lossesOf(observed, [volume]),
      },
    );
  }
  // Nobody is asked for what is refused anyway.
  if (volumes.length > 0 && !builder.isRefused)
    askFor(builder, project, observed, volumes, [...going, ...others], intent);
  return builder.build('down', target.name, taken[0] === undefined ? {} : { settledFrom: taken[0] + 1 });
}

interface Down {
  readonly builder: PlanBuilder;
  readonly group: Group;
  readonly observed: Observed;
  readonly intent: DownIntent;
  /** Nodes after which a container has stopped, by its id, where that was planned before. */
  readonly stopped: Map<string, readonly NodeId[]>;
}

/** Stops everything, in the order of dependencies, and then keeps the volumes. */
function keepFirst(
  down: Down,
  project: string,
  order: readonly string[],
  others: readonly ObservedContainer[],
  volumes: Parameters<typeof takeSnapshots>[2]['volumes'],
): NodeId {
  const { builder, group, observed, stopped } = down;
  const ended = new Map<string, readonly NodeId[]>();
  for (const name of order) {
    const before = dependentsIn(group, name).flatMap((d) => ended.get(d) ?? []);
    const { containers, forwarders } = group.services.get(name)!;
    const own = containers.flatMap((container) => stop(down, name, container, before));
    const ports = forwarders.flatMap((one) => stop(down, undefined, one, [...before, ...own]));
    const nodes = [...own, ...ports];
    ended.set(name, nodes.length > 0 ? nodes : before);
  }
  for (const container of others) stop(down, undefined, container, []);
  return takeSnapshots(builder, observed, {
    ...{ project, reason: 'down', because: 'down --volumes', volumes },
    after: [...stopped.values()].flat(),
  });
}

/** Nodes after which a container does not run. */
function stop(
  { builder, group, intent, stopped }: Down,
  service: string | undefined,
  container: ObservedContainer,
  after: readonly NodeId[],
): readonly NodeId[] {
  const known = stopped.get(container.id);
  if (known !== undefined) return known;
  const nodes = addStop(builder, container, {
    ...{ because: isHook(container) ? 'left by a hook' : 'down', after, timeout: intent.timeout },
    service: service === undefined ? undefined : group.services.get(service)?.service,
  });
  stopped.set(container.id, nodes);
  return nodes;
}

function removeService(
  down: Down,
  name: string,
  before: readonly NodeId[],
  taken: readonly NodeId[],
): readonly NodeId[] {
  const { builder, group, observed, intent } = down;
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
  const because = 'down';
  const nodes = containers.flatMap((container) => {
    const ended = stop(down, name, container, before);
    // What has stopped for a snapshot did not wait for what depends on it to be gone.
    const after = ended.length > 0 && taken.length === 0 ? ended : [...before, ...ended, ...taken];
    const volumes = intent.volumes ?? false;
    const dataLoss = volumes ? anonymousLosses(observed, container) : [];
    return addRemove(builder, container, { because, after, volumes, dataLoss });
  });
  for (const forwarder of forwarders) {
    const all = [...before, ...nodes];
    const after = [...all, ...stop(down, undefined, forwarder, all), ...taken];
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
  const { services } = intent;
  const hooks = observed.containers.filter(
    (c) => isHook(c) && (services.length === 0 || services.includes(c.service)),
  );
  const oneOffs = intent.removeOrphans ? observed.containers.filter((c) => c.oneOff) : [];
  if (project === undefined) return [...oneOffs, ...hooks];
  const ignoreOrphans = !intent.removeOrphans && orphansOf(project, observed).foreign.length === 0;
  return [...orphansToRemove(builder, project, observed, { ...intent, ignoreOrphans }), ...oneOffs, ...hooks];
}

function removeNetworks(
  builder: PlanBuilder,
  name: string,
  networks: Observed['networks'],
  remaining: readonly ObservedContainer[],
  after: readonly NodeId[],
): void {
  for (const network of networks) {
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
    const { service, containers = [] } = group.services.get(name) ?? {};
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
