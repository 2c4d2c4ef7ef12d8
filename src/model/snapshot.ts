import { objectOf, parseJson, textMapOf } from '../util/json.ts';
import type { VolumeBody } from './bodies.ts';

/**
 * A snapshot is a volume with the content, and a second one without content that seals it: made when the copy has
 * been proved. An unsealed one is what an interrupted command left. None has a label of docker compose's, so that
 * other tools don't take them for the project's data.
 */
export const snapshotLabel = {
  project: 'tscompose.snapshot.project',
  /** Name of the volume that it was taken of. */
  volume: 'tscompose.snapshot.volume',
  /** Its key in the compose files. */
  key: 'tscompose.snapshot.key',
  reason: 'tscompose.snapshot.reason',
  /** Seconds. */
  keep: 'tscompose.snapshot.keep',
  /** Driver, options and labels of that volume, as JSON. */
  original: 'tscompose.snapshot.original',
  /** On seals: the volume with the content. */
  seals: 'tscompose.snapshot.seals',
  time: 'tscompose.snapshot.time',
  digest: 'tscompose.snapshot.digest',
  bytes: 'tscompose.snapshot.bytes',
  entries: 'tscompose.snapshot.entries',
} as const;

/** Why it was taken. `carry`: for the moment in which the volume is made anew with its content. */
export type SnapshotReason = 'down' | 'recreate' | 'carry' | 'manual' | 'restore';

/** What a volume was, so that it can be made again. */
export interface OriginalVolume {
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Snapshot {
  /** Of the volume that holds the content. */
  readonly name: string;
  readonly project: string;
  readonly volume: string;
  readonly key: string;
  readonly reason: SnapshotReason;
  readonly keepSeconds: number;
  readonly original: OriginalVolume;
  /** Absent: it is not complete. */
  readonly proved?: {
    readonly seal: string;
    /** ISO 8601; the same for all that one step has taken. */
    readonly time: string;
    readonly digest: string;
    readonly bytes: number;
    readonly entries: number;
  };
}

type Named = { readonly name: string; readonly labels: Readonly<Record<string, string>> };

const reasons: readonly SnapshotReason[] = ['down', 'recreate', 'carry', 'manual', 'restore'];

/** The snapshots among volumes, oldest first; incomplete ones last. */
export function snapshotsIn(volumes: readonly Named[]): readonly Snapshot[] {
  const seals = new Map(
    volumes.flatMap(({ name, labels }) => {
      const of = labels[snapshotLabel.seals];
      return of === undefined ? [] : [[of, { name, labels }] as const];
    }),
  );
  return volumes
    .flatMap(({ name, labels }) => {
      const original = originalIn(labels[snapshotLabel.original]);
      const reason = reasons.find((one) => one === labels[snapshotLabel.reason]);
      if (original === undefined || reason === undefined) return [];
      const seal = seals.get(name);
      return [
        {
          ...{ name, reason, original },
          project: labels[snapshotLabel.project] ?? '',
          volume: labels[snapshotLabel.volume] ?? '',
          key: labels[snapshotLabel.key] ?? '',
          keepSeconds: Number(labels[snapshotLabel.keep] ?? 0),
          ...(seal !== undefined && {
            proved: {
              seal: seal.name,
              time: seal.labels[snapshotLabel.time] ?? '',
              digest: seal.labels[snapshotLabel.digest] ?? '',
              bytes: Number(seal.labels[snapshotLabel.bytes] ?? 0),
              entries: Number(seal.labels[snapshotLabel.entries] ?? 0),
            },
          }),
        },
      ];
    })
    .sort((a, b) => compare(a.proved?.time ?? '~', b.proved?.time ?? '~') || compare(a.volume, b.volume));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function originalIn(text: string | undefined): OriginalVolume | undefined {
  const { driver, options, labels } = objectOf(parseJson(text ?? ''));
  if (typeof driver !== 'string') return undefined;
  return { driver, options: textMapOf(options), labels: textMapOf(labels) };
}

/** The body of a snapshot's volume. */
export function snapshotBody(snapshot: Omit<Snapshot, 'proved'>): VolumeBody {
  const { name, project, volume, key, reason, keepSeconds, original } = snapshot;
  return {
    Name: name,
    Labels: {
      [snapshotLabel.project]: project,
      [snapshotLabel.volume]: volume,
      [snapshotLabel.key]: key,
      [snapshotLabel.reason]: reason,
      [snapshotLabel.keep]: String(keepSeconds),
      [snapshotLabel.original]: JSON.stringify(original),
    },
  };
}

/** The body of a seal. */
export function sealBody(
  { name, project }: Pick<Snapshot, 'name' | 'project'>,
  proved: Omit<NonNullable<Snapshot['proved']>, 'seal'>,
): VolumeBody {
  return {
    Name: sealName(name),
    Labels: {
      [snapshotLabel.project]: project,
      [snapshotLabel.seals]: name,
      [snapshotLabel.time]: proved.time,
      [snapshotLabel.digest]: proved.digest,
      [snapshotLabel.bytes]: String(proved.bytes),
      [snapshotLabel.entries]: String(proved.entries),
    },
  };
}

const namePrefix = 'tscompose-snapshot-';

/** The name of a snapshot's volume. @param digits hexadecimal */
export function snapshotName(digits: string): string {
  return `${namePrefix}${digits}`;
}

/** True for the name of a snapshot's volume. */
export function isSnapshot(volume: string): boolean {
  return volume.startsWith(namePrefix);
}

/** What people call a snapshot: the digits of its name. */
export function snapshotId(name: string): string {
  return isSnapshot(name) ? name.slice(namePrefix.length) : name;
}

export function sealName(snapshot: string): string {
  return `${snapshot}-proved`;
}

/** The body of a volume as it was when the snapshot was taken. */
export function originalBody({ volume, original }: Pick<Snapshot, 'volume' | 'original'>): VolumeBody {
  const { driver, options, labels } = original;
  return {
    ...{ Name: volume, Driver: driver, Labels: { ...labels } },
    ...(Object.keys(options).length > 0 && { DriverOpts: { ...options } }),
  };
}

/**
 * True if what a volume of this kind holds is gone when it is removed: one of the engine's own driver that points to
 * somewhere else (a folder, another host, memory) only forgets the way.
 */
export function holdsData({ driver, options }: Pick<OriginalVolume, 'driver' | 'options'>): boolean {
  return driver !== 'local' || options['device'] === undefined;
}
