import { moveLabel } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import type { PlanBuilder } from './builder.ts';
import type { MigrateIntent } from './intent.ts';
import type { Materials } from './materials.ts';
import type { SyncChoices, VolumePair } from './operations.ts';
import type { NodeId } from './plan.ts';
import { anonymousMounts } from './request.ts';

interface TargetVolumes {
  /** Creating node by key. */
  readonly named: ReadonlyMap<string, NodeId>;
  readonly anonymous: ReadonlySet<NodeId>;
  /** Volume name by creating node, of those that exist on the source. */
  readonly copied: ReadonlyMap<NodeId, string>;
  /** Names of those that an interrupted move has made already. */
  readonly present: readonly string[];
}

/** Everything that is made carries the move's id. */
export function marking(materials: Materials, id: string): Materials {
  const marked = <T extends { Labels: Record<string, string> }>(body: T): T => ({
    ...body,
    Labels: { ...body.Labels, [moveLabel]: id },
  });
  return {
    ...materials,
    labels: { ...materials.labels, [moveLabel]: id },
    container: (request) => {
      const parts = materials.container(request);
      return { ...parts, body: marked(parts.body) };
    },
    network: (project, key) => marked(materials.network(project, key)),
    volume: (project, key) => marked(materials.volume(project, key)),
  };
}

/** Volumes are made in advance, empty. Only those that the source has get data. */
export function createVolumes(
  builder: PlanBuilder,
  project: Project,
  services: readonly string[],
  moving: readonly ObservedContainer[],
  target: Observed,
  materials: Materials,
  { id }: MigrateIntent,
): TargetVolumes {
  const named = new Map<string, NodeId>();
  const anonymous = new Set<NodeId>();
  const copied = new Map<NodeId, string>();
  const present: string[] = [];
  const mounted = new Set(moving.flatMap((c) => c.mounts.map((m) => m.name)));
  const sources = new Set(services.flatMap((s) => (project.services[s]!.volumes ?? []).map((m) => m.source)));
  const isThere = (name: string) => target.volumes.some((v) => v.name === name);
  for (const [key, volume] of Object.entries(project.volumes)) {
    if (volume.external || !sources.has(key)) continue;
    if (isThere(volume.name)) {
      if (mounted.has(volume.name)) present.push(volume.name);
      continue;
    }
    const node = builder.add(
      { kind: 'create-volume', body: materials.volume(project, key) },
      { subject: { kind: 'volume', name: key }, because: 'not found' },
    );
    named.set(key, node);
    if (mounted.has(volume.name)) copied.set(node, volume.name);
  }
  const nameless = new Set(moving.flatMap((c) => anonymousMounts(project, c).map((m) => m.name)));
  for (const name of nameless) {
    if (isThere(name)) {
      present.push(name);
      continue;
    }
    const labels: Record<string, string> = id === undefined ? {} : { [moveLabel]: id };
    const node = builder.add(
      { kind: 'create-volume', body: { Name: name, Labels: labels } },
      { subject: { kind: 'volume', name }, because: 'not found' },
    );
    anonymous.add(node);
    copied.set(node, name);
  }
  return { named, anonymous, copied, present };
}

/** The volumes whose data moves: new ones, and those that this very move had made before it was interrupted. */
export function pairsOf(
  { copied, present }: TargetVolumes,
  target: Observed,
  { id }: MigrateIntent,
): readonly VolumePair[] {
  const ours = present.filter(
    (name) =>
      id !== undefined &&
      target.volumes.some((volume) => volume.name === name && volume.labels[moveLabel] === id),
  );
  return [...copied.values(), ...ours].map((name) => ({ source: name, target: name }));
}

/** Folders of the host, under the same path on both sides. */
export function bindPairs(
  project: Project,
  services: readonly string[],
  { binds }: MigrateIntent,
): readonly VolumePair[] {
  if (binds !== 'copy') return [];
  const paths = services.flatMap((name) =>
    (project.services[name]!.volumes ?? []).flatMap((m) => (m.type === 'bind' ? (m.source ?? []) : [])),
  );
  return [...new Set(paths)].map((path) => ({ source: path, target: path }));
}

/** Passes while the source serves, once all that they write into is there. */
export function addLive(
  builder: PlanBuilder,
  source: Observed,
  pairs: readonly VolumePair[],
  how: SyncChoices,
): readonly NodeId[] {
  if (pairs.length === 0) return [];
  const node = builder.add(
    { kind: 'sync-volumes', from: source.engine, pairs, phase: 'live', how },
    {
      after: builder.ids,
      subject: { kind: 'project', name: 'data' },
      because: 'data moves while the source serves',
    },
  );
  return [node];
}

/** The last pass, and the proof. */
export function addFinal(
  builder: PlanBuilder,
  source: Observed,
  pairs: readonly VolumePair[],
  how: SyncChoices,
  after: readonly NodeId[],
): readonly NodeId[] {
  if (pairs.length === 0) return [];
  const from = source.engine;
  const subject = { kind: 'project', name: 'data' } as const;
  const final = builder.add(
    { kind: 'sync-volumes', from, pairs, phase: 'final', how },
    { after, subject, because: 'nobody writes any more' },
  );
  const proof = builder.add(
    { kind: 'prove-volumes', from, pairs, how },
    { after: [final], subject, because: 'both sides must be equal' },
  );
  return [proof];
}

/** Without the helper: each volume is copied whole, and read back. */
export function moveVolumes(
  builder: PlanBuilder,
  source: Observed,
  volumes: TargetVolumes,
  stopped: readonly NodeId[],
): ReadonlyMap<NodeId, readonly NodeId[]> {
  const verified = new Map<NodeId, readonly NodeId[]>();
  for (const [created, volume] of volumes.copied) {
    const { subject } = builder.node(created);
    const from = source.engine;
    const copy = builder.add(
      { kind: 'copy-volume', volume, from },
      { after: [created, ...stopped], subject, because: 'data moves' },
    );
    const verify = builder.add(
      { kind: 'verify-volume', volume, from },
      { after: [copy], subject, because: 'both sides must be equal' },
    );
    verified.set(created, [verify]);
  }
  return verified;
}
