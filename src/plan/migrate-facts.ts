import { boundTo } from '../model/bound.ts';
import { label, moveLabel } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import { overlapping } from '../util/ip.ts';
import type { PlanBuilder } from './builder.ts';
import type { MigrateIntent } from './intent.ts';
import type { Materials } from './materials.ts';

/** Folders of the host move only if that was asked for; else the user has to know. */
export function tellBinds(
  builder: PlanBuilder,
  project: Project,
  name: string,
  target: Observed,
  { binds }: MigrateIntent,
): void {
  for (const mount of project.services[name]!.volumes ?? []) {
    if (mount.type !== 'bind' || binds === 'copy') continue;
    const message = `${name} mounts ${mount.source} of the host; it does not move`;
    const there = `make sure that ${target.engine} has it at the same path`;
    if (binds === 'error') {
      builder.refuse('bind-mount', message, 3, `${there} and say --binds skip, or --binds copy`);
    } else builder.warn('bind-mount', message, there);
  }
}

/** What only a closer look at both engines tells. */
export function refuseFacts(
  builder: PlanBuilder,
  project: Project,
  services: readonly string[],
  moving: readonly ObservedContainer[],
  source: Observed,
  target: Observed,
  { id, facts, binds, allowSplit, services: named }: MigrateIntent,
  materials: Materials,
): void {
  tellDrift(builder, project, moving, materials);
  if (allowSplit && named.length > 0) tellSplit(builder, project, services);
  if (facts === undefined) return;
  const { info, subnets, networks, strangers, written } = facts;
  for (const name of services) {
    const { runtime } = project.services[name]!;
    if (runtime === undefined || info.runtimes.length === 0 || info.runtimes.includes(runtime)) continue;
    const message = `${name} needs the runtime ${runtime}, which ${target.engine} does not have`;
    builder.refuse('no-runtime', message, 3, `install it there, or remove "runtime" from ${name}`);
  }
  for (const [key, network] of Object.entries(project.networks)) {
    if (!services.some((name) => key in (project.services[name]!.networks ?? {}))) continue;
    const driver = network.driver ?? 'bridge';
    if (network.external) {
      if (target.networks.some((one) => one.name === network.name)) continue;
      const message = `${target.engine} has no network ${network.name}, which is external`;
      builder.refuse('no-network', message, 3, `make it there: docker network create ${network.name}`);
      continue;
    }
    if (driver !== 'default' && info.networkDrivers.length > 0 && !info.networkDrivers.includes(driver)) {
      const message = `${target.engine} has no network driver ${driver}, which ${network.name} needs`;
      builder.refuse('no-network-driver', message, 3, 'install it there, or use another driver');
    }
    const isForeign = (labels: Readonly<Record<string, string>>) =>
      labels[label.project] !== project.name && (id === undefined || labels[moveLabel] !== id);
    if (networks.some((one) => one.name === network.name && isForeign(one.labels))) {
      const message = `${target.engine} has a network ${network.name} of someone else`;
      builder.refuse('network-exists', message, 3, `remove it there, or give ${key} another "name"`);
    }
    for (const { subnet } of network.ipam?.config ?? []) {
      const taken = subnets.find((one) => subnet !== undefined && overlapping(subnet, one.subnet));
      if (taken === undefined || taken.network === network.name) continue;
      const message = `subnet ${subnet} of ${network.name} overlaps with ${taken.subnet} of network ${taken.network} on ${target.engine}`;
      builder.refuse('subnet-taken', message, 3, 'give one of them another subnet');
    }
  }
  for (const { volume, container, alive } of strangers) {
    const message = `volume ${volume} is also used on ${source.engine} by ${container}, which does not move`;
    if (alive) builder.refuse('volume-shared', message, 3, `stop ${container}, or move it too`);
    else builder.warn('volume-shared', message, `${container} keeps the volume there as it is then`);
  }
  for (const { container, paths } of written) {
    const message = `${container} has written ${paths} paths outside its volumes; they do not move`;
    builder.warn('written-layer', message, 'put what has to stay into a volume');
  }
  for (const name of services) {
    const kinds = (project.services[name]!.volumes ?? []).filter((m) => m.type === 'tmpfs');
    if (kinds.length === 0 && project.services[name]!.tmpfs === undefined) continue;
    builder.warn('tmpfs', `what ${name} has in memory (tmpfs) does not move`);
  }
  if (binds === 'copy')
    builder.warn('binds', 'folders of the host are made the same on the target, what is too much there goes');
  if (source.facts.kind === 'podman' && moving.length > 0) {
    builder.warn(
      'restart-policy',
      `${source.engine} is Podman: a restart policy of the stopped source may stay in force`,
      'if podman-restart.service is enabled there, use --finish before that host boots again',
    );
  }
}

/** Containers that are not what the files say: the target gets what the files say. */
function tellDrift(
  builder: PlanBuilder,
  project: Project,
  moving: readonly ObservedContainer[],
  materials: Materials,
): void {
  for (const { name, service, labels } of moving) {
    const made = labels[label.configHash];
    const wanted = project.services[service];
    if (made === undefined || wanted === undefined) continue;
    const bound = boundTo(wanted, (parent) => moving.find((c) => c.service === parent)?.id);
    if ([wanted, bound].some((one) => made === materials.serviceHash(one))) continue;
    const message = `${name} was made from another state of its files`;
    builder.warn('drift', message, 'the target gets what the files say now');
  }
}

function tellSplit(builder: PlanBuilder, project: Project, services: readonly string[]): void {
  const moving = new Set(services);
  for (const [name, { depends_on, networks }] of Object.entries(project.services)) {
    const peers = moving.has(name)
      ? Object.keys(depends_on ?? {}).filter((other) => !moving.has(other))
      : Object.keys(depends_on ?? {}).filter((other) => moving.has(other));
    for (const other of peers) {
      builder.warn('split', `${name} depends on ${other}, from which the move parts it`);
    }
    if (moving.has(name) || networks === undefined) continue;
    const shared = services.filter((other) =>
      Object.keys(project.services[other]!.networks ?? {}).some((key) => key in networks),
    );
    if (shared.length > 0) {
      builder.warn('split', `${name} does not reach ${shared.join(', ')} by name any more`);
    }
  }
}
