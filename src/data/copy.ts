import { UserError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { formatBytes } from '../util/bytes.ts';
import { objectOf } from '../util/json.ts';
import type { HelperMount } from './container.ts';
import {
  type PassReport,
  passReport,
  type Verdict,
  type VolumeStat,
  verdict,
  verdicts,
  volumeStats,
} from './results.ts';
import { CarrySession, type Progress } from './session.ts';

/** A volume, or a folder in one. */
export interface Place {
  readonly volume: string;
  /** Relative; absent: the whole volume. It is made where it is missing. */
  readonly folder?: string;
}

export interface Copy {
  readonly from: Place;
  readonly to: Place;
}

export interface CopyReport {
  readonly pass: PassReport;
  /** Of the copy, equal to that of the original. */
  readonly verdict: Verdict;
}

interface CopyOptions {
  readonly progress?: (progress: Progress, copy: Copy) => void;
  /** On the helper's container, so that it can be found. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Makes places of volumes the same as others on one engine, one after another in one container: what is too much there
 * goes, what is the same already stays, every file is read back, and both sides are compared in every respect.
 * The engine's images are not used, no container of a service is touched. Nobody may write to either side meanwhile.
 * @throws UserError `carry`, `volume-differs`
 */
export function copyVolumes(
  engine: Engine,
  copies: readonly Copy[],
  { progress, labels, check }: CopyOptions & CopyCheck = {},
): Promise<CopyReport[]> {
  const { mounts, path } = mountsOf(copies);
  return withSession(engine, mounts, labels, async (session) => {
    if (check !== undefined) {
      const words = { volumes: copies.map(({ to }) => path(to)) };
      check(volumeStats(await session.ask('stat', words)));
    }
    const reports: CopyReport[] = [];
    for (const copy of copies) reports.push(await copyOne(session, engine, copy, path, progress));
    return reports;
  });
}

type PathOf = (place: Place) => string;

function mountsOf(copies: readonly Copy[]): {
  readonly mounts: readonly HelperMount[];
  readonly path: PathOf;
} {
  const writable = new Set(copies.map(({ to }) => to.volume));
  const volumes = [...new Set(copies.flatMap(({ from, to }) => [from.volume, to.volume]))];
  const mounts = volumes.map((volume, i) => ({
    volume,
    at: `/volumes/${i}`,
    readOnly: !writable.has(volume),
  }));
  return { mounts, path: ({ volume, folder }) => pathOf(mounts, volume, folder) };
}

async function copyOne(
  session: CarrySession,
  engine: Engine,
  copy: Copy,
  path: PathOf,
  progress: CopyOptions['progress'],
): Promise<CopyReport> {
  const words = { from: path(copy.from), to: path(copy.to), contents: true };
  const answer = objectOf(await session.ask('copy', words, progress && ((now) => progress(now, copy))));
  const report = { pass: passReport(answer['pass']), verdict: verdict(answer['verdict']) };
  refuseDifferences(engine, copy.to.volume, report.verdict);
  return report;
}

/** Reads whole volumes for their digests, which are equal if and only if the volumes are. */
export function digestVolumes(engine: Engine, places: readonly Place[]): Promise<Verdict[]> {
  return read(engine, places, async (session, volumes) => verdicts(await session.ask('sum', { volumes })));
}

/** Sizes of volumes, and the room on their disk. */
export function statVolumes(
  engine: Engine,
  places: readonly Place[],
  { labels }: Pick<CopyOptions, 'labels'> = {},
): Promise<VolumeStat[]> {
  const look = async (session: CarrySession, volumes: readonly string[]) =>
    volumeStats(await session.ask('stat', { volumes }));
  return read(engine, places, look, labels);
}

/** @throws UserError that names the first differences */
export function refuseDifferences(engine: Engine, volume: string, { differences }: Verdict): void {
  if (differences.length === 0) return;
  const shown = differences.slice(0, 5).join(', ');
  const more = differences.length > 5 ? ', and more' : '';
  throw new UserError(
    'volume-differs',
    `volume ${volume} is not the same on ${engine.name}: ${shown}${more}`,
    {
      hint: 'the original is untouched; see that nothing writes to either, and try again',
    },
  );
}

interface CopyCheck {
  /** Is shown what is at each place before it is overwritten, and throws if it must not be. */
  readonly check?: (targets: readonly VolumeStat[]) => void;
}

interface AsideOptions {
  /** Copy those without content too. */
  readonly all?: boolean;
  /** Gives the work up. */
  readonly signal?: AbortSignal;
}

/** What became of a volume that was to be copied aside. */
export interface Aside {
  readonly stat: VolumeStat;
  /** Absent for a volume without content that did not have to be copied. */
  readonly report?: CopyReport;
}

/**
 * Copies whole volumes as `copyVolumes` does, after a look at how much there is.
 * @throws UserError `no-space` before anything is copied, `carry`, `volume-differs`
 */
export function copyAside(
  engine: Engine,
  copies: readonly Copy[],
  { progress, labels, all = false, signal }: CopyOptions & AsideOptions = {},
): Promise<Aside[]> {
  const { mounts, path } = mountsOf(copies);
  return withSession(
    engine,
    mounts,
    labels,
    async (session) => {
      const sources = volumeStats(
        await session.ask('stat', { volumes: copies.map(({ from }) => path(from)) }),
      );
      const targets = volumeStats(await session.ask('stat', { volumes: copies.map(({ to }) => path(to)) }));
      const needed = sources.reduce((sum, { used }, i) => sum + Math.max(0, used - targets[i]!.used), 0);
      refuseFull(engine, needed, Math.min(...targets.map(({ free }) => free)));
      const done: Aside[] = [];
      for (const [i, copy] of copies.entries()) {
        const stat = sources[i]!;
        const skipped = isEmpty(stat) && !all;
        done.push(
          skipped ? { stat } : { stat, report: await copyOne(session, engine, copy, path, progress) },
        );
      }
      return done;
    },
    signal,
  );
}

/** True if there is nothing in a volume but its own folder. */
export function isEmpty({ entries }: VolumeStat): boolean {
  return entries <= 1;
}

function refuseFull(engine: Engine, needed: number, free: number): void {
  if (needed <= free) return;
  const message = `the copies need ${formatBytes(needed)} on ${engine.name}, which has ${formatBytes(free)} free`;
  throw new UserError('no-space', message, { hint: 'make room there; the originals are untouched' });
}

function read<R>(
  engine: Engine,
  places: readonly Place[],
  use: (session: CarrySession, paths: readonly string[]) => Promise<R>,
  labels?: Readonly<Record<string, string>>,
): Promise<R> {
  const volumes = [...new Set(places.map(({ volume }) => volume))];
  const mounts = volumes.map((volume, i) => ({ volume, at: `/volumes/${i}`, readOnly: true }));
  const paths = places.map(({ volume, folder }) => pathOf(mounts, volume, folder));
  return withSession(engine, mounts, labels, (session) => use(session, paths));
}

function pathOf(mounts: readonly HelperMount[], volume: string, folder: string | undefined): string {
  const { at } = mounts.find((mount) => mount.volume === volume)!;
  return folder === undefined ? at : `${at}/${folder}`;
}

async function withSession<R>(
  engine: Engine,
  mounts: readonly HelperMount[],
  labels: Readonly<Record<string, string>> | undefined,
  use: (session: CarrySession) => Promise<R>,
  signal?: AbortSignal,
): Promise<R> {
  const session = await CarrySession.open(engine, { mounts, ...(labels !== undefined && { labels }) });
  const giveUp = () => session.cancel();
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted) giveUp();
  try {
    return await use(session);
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await session.close();
  }
}
