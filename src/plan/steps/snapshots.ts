import { label } from '../../model/labels.ts';
import type { Project } from '../../model/project.ts';
import { defaultKeep, keepOf } from '../../model/safety.ts';
import {
  holdsData,
  type OriginalVolume,
  type Snapshot,
  type SnapshotReason,
  snapshotName,
} from '../../model/snapshot.ts';
import type { Observed } from '../../observe/observed.ts';
import { plainDigest } from '../../util/plain-digest.ts';
import type { PlanBuilder } from '../builder.ts';
import type { ContainerRef } from '../operations.ts';
import type { DataLoss, NodeId } from '../plan.ts';
import { formatSize } from '../size.ts';
import { lossOf } from './data-loss.ts';

type Volume = Observed['volumes'][number];

/** What decides whether, and for how long, volumes are kept. */
export interface KeepWish {
  /** Seconds, as the command line says; 0: no snapshot. */
  readonly keepSeconds?: number;
}

/** How long a snapshot of the volume shall stay, in seconds; 0: none is taken. */
export function keepTime(project: Project | undefined, volume: Volume, wish: KeepWish): number {
  const model = Object.values(project?.volumes ?? {}).find(({ name }) => name === volume.name);
  return wish.keepSeconds ?? keepOf(project, model) ?? defaultKeep;
}

/** True if something is gone when this volume is removed, as far as is known. */
export function mayHoldData(observed: Observed, volume: Volume): boolean {
  if (!holdsData(volume)) return false;
  const facts = observed.volumeFacts?.[volume.name];
  if (facts?.empty !== true) return true;
  // Who runs may write until it has stopped.
  return observed.containers.some(
    (c) => c.state === 'running' && c.mounts.some(({ name }) => name === volume.name),
  );
}

/** The loss that the removal of these volumes is without a snapshot. */
export function lossesOf(observed: Observed, volumes: readonly Volume[]): readonly DataLoss[] {
  return volumes.filter((volume) => mayHoldData(observed, volume)).map(({ name }) => lossOf(observed, name));
}

interface Taking {
  readonly project: string;
  readonly reason: SnapshotReason;
  readonly after: readonly NodeId[];
  readonly because: string;
  readonly volumes: readonly { readonly volume: Volume; readonly keepSeconds: number }[];
  readonly freeze?: readonly ContainerRef[];
}

/** Adds the step that keeps volumes as snapshots. The same volumes lead to the same names until one is complete. */
export function takeSnapshots(builder: PlanBuilder, observed: Observed, taking: Taking): NodeId {
  const { project, reason, after, because, volumes, freeze = [] } = taking;
  const snapshots = volumes.map(({ volume, keepSeconds }) => ({
    name: nameFor(observed, project, reason, volume),
    ...{ project, reason, keepSeconds, volume: volume.name, original: originalOf(volume) },
    key: volume.labels[label.volume] ?? volume.name,
  }));
  refuseFull(builder, observed, volumes);
  const keys = snapshots.map(({ key }) => key);
  return builder.add(
    { kind: 'snapshot-volumes', snapshots, ...(freeze.length > 0 && { freeze }) },
    {
      ...{ after, because },
      subject: { kind: 'volume', name: keys.join(', ') },
      keeps: volumes.map(({ volume }) => lossOf(observed, volume.name)),
    },
  );
}

/** The name that the carrying snapshot of a volume has. */
export function carryName(observed: Observed, project: string, volume: Volume): string {
  return nameFor(observed, project, 'carry', volume);
}

function nameFor(observed: Observed, project: string, reason: SnapshotReason, volume: Volume): string {
  const earlier = (observed.snapshots ?? []).filter(
    (s) => s.volume === volume.name && s.proved !== undefined && s.reason !== 'carry',
  );
  const times = reason === 'carry' ? '' : (earlier.at(-1)?.proved?.time ?? '');
  const { driver, options, labels } = originalOf(volume);
  const text = JSON.stringify([project, volume.name, reason, driver, sorted(options), sorted(labels), times]);
  return snapshotName(plainDigest(text).slice(0, 12));
}

function sorted(map: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

export function originalOf({ driver, options, labels }: Volume): OriginalVolume {
  return { driver, options, labels };
}

/** True if a volume is still the very one that a snapshot was taken of, going by what it was made from. */
export function isOriginal({ original }: Snapshot, volume: Volume): boolean {
  const text = (of: OriginalVolume) => JSON.stringify([of.driver, sorted(of.options), sorted(of.labels)]);
  return text(original) === text(originalOf(volume));
}

/** What is known to be too much is refused before anything stops. */
function refuseFull(builder: PlanBuilder, { volumeFacts }: Observed, volumes: Taking['volumes']): void {
  const facts = volumes.flatMap(({ volume }) => volumeFacts?.[volume.name] ?? []);
  const needed = facts.reduce((sum, { used }) => sum + used, 0);
  const free = Math.min(...facts.map((one) => one.free));
  if (facts.length === 0 || needed <= free) return;
  const message = `there is no room for a snapshot: ${formatSize(needed)} are needed, ${formatSize(free)} are free`;
  builder.refuse('no-space', message, 1, 'make room, or do without a snapshot: --no-snapshot');
}
