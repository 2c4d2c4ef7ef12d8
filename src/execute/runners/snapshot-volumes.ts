import { sweepHelpers } from '../../data/container.ts';
import { type Copy, type CopyReport, copyAside, copyVolumes, isEmpty } from '../../data/copy.ts';
import type { VolumeStat } from '../../data/results.ts';
import type { Progress } from '../../data/session.ts';
import { EngineError, UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { keepText } from '../../model/safety.ts';
import {
  isSnapshot,
  sealBody,
  sealName,
  snapshotBody,
  snapshotId,
  snapshotLabel,
} from '../../model/snapshot.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { formatBytes } from '../../util/bytes.ts';
import type { NodeContext, Outcome } from '../run.ts';
import { progressOf } from '../transfer/counted.ts';

/** Copies volumes aside in one helper, and seals each copy when it has been proved. */
export async function snapshotVolumes(
  operation: OperationOf<'snapshot-volumes'>,
  context: NodeContext,
): Promise<Outcome> {
  const { engine } = context;
  const { snapshots } = operation;
  const frozen = (operation.freeze ?? []).map((ref) => context.idOf(ref));
  await refuseWriters(
    engine,
    snapshots.map(({ volume }) => volume),
    // A process that is paused writes nothing.
    { frozen: new Set(frozen), paused: false },
  );
  const labels = { [snapshotLabel.project]: snapshots[0]?.project ?? '' };
  await sweep(engine, labels);
  for (const snapshot of snapshots) await ensureVolume(engine, snapshotBody(snapshot));
  const paused = await freeze(engine, frozen);
  try {
    const carried = snapshots[0]?.reason === 'carry';
    const copies = snapshots.map(({ volume, name }) => ({ from: { volume }, to: { volume: name } }));
    const options = { all: carried, labels, progress: telling(context), signal: context.signal };
    const all = await copyAside(engine, copies, options).catch(async (error: unknown) => {
      await dropUnsealed(engine, snapshots);
      return explain(error);
    });
    const time = new Date().toISOString();
    let kept = 0;
    for (const [i, { stat, report }] of all.entries()) {
      const snapshot = snapshots[i]!;
      if (report === undefined) {
        await engine.removeVolume(snapshot.name);
        continue;
      }
      kept += 1;
      const { digest, entries } = report.verdict;
      await engine.removeVolume(sealName(snapshot.name)).catch(ignoreMissing);
      await engine.createVolume(sealBody(snapshot, { time, digest, entries, bytes: stat.bytes }));
      const id = `Snapshot of ${snapshot.volume}`;
      const until = carried ? '' : `, for ${keepText(snapshot.keepSeconds)}`;
      context.tell('Done', carried ? 'Copied' : 'Kept', {
        ...{ id, details: `${formatBytes(stat.bytes)}, sha256 ${digest.slice(0, 16)}${until}` },
      });
    }
    return { told: true, changed: kept > 0 };
  } finally {
    for (const id of paused) await engine.unpauseContainer(id);
  }
}

/** Copies the content of snapshots back. */
export async function restoreVolumes(
  { pairs }: OperationOf<'restore-volumes'>,
  context: NodeContext,
): Promise<Outcome> {
  const { engine } = context;
  const sources = await Promise.all(pairs.map(({ snapshot }) => sourceOf(engine, snapshot)));
  const labels = { [snapshotLabel.project]: sources[0]?.project ?? '' };
  await sweep(engine, labels);
  await refuseWriters(
    engine,
    pairs.map(({ volume }) => volume),
  );
  const copies = pairs.map(({ snapshot, volume }) => ({ from: { volume: snapshot }, to: { volume } }));
  const check = (targets: readonly VolumeStat[]) => {
    const taken = pairs.find(({ fresh }, i) => fresh === true && !isEmpty(targets[i]!));
    if (taken === undefined) return;
    const id = snapshotId(taken.snapshot);
    throw new UserError(
      'volume-filled',
      `volume ${taken.volume} holds data of its own: it is not overwritten`,
      {
        hint: `what was to go there is in snapshot ${id}: \`tscompose volume restore --force ${id}\` overwrites, \`tscompose volume rm ${id}\` gives it up`,
        exit: 5,
      },
    );
  };
  const reports: CopyReport[] = await copyVolumes(engine, copies, {
    progress: telling(context),
    labels,
    check,
  });
  for (const [i, { verdict }] of reports.entries()) {
    const { volume, snapshot } = pairs[i]!;
    if (verdict.digest !== sources[i]!.digest) {
      throw new UserError('snapshot-changed', `snapshot ${snapshot} is not what it was when it was taken`, {
        hint: `volume ${volume} now holds what is left of it; look at it before anything uses it`,
      });
    }
    const details = `${verdict.entries} entries, ${formatBytes(verdict.bytes)}, sha256 ${verdict.digest.slice(0, 16)}`;
    context.tell('Done', 'Restored', { id: `Snapshot of ${volume}`, details });
  }
  return { told: true };
}

export async function removeSnapshots(
  { snapshots }: OperationOf<'remove-snapshots'>,
  { engine }: NodeContext,
): Promise<Outcome> {
  for (const name of snapshots) await dropSnapshot(engine, name);
  return {};
}

/** What was copied so far takes room, and is of no use. */
async function dropUnsealed(engine: Engine, snapshots: readonly { readonly name: string }[]): Promise<void> {
  for (const { name } of snapshots) {
    const sealed = await engine.inspectVolume(sealName(name)).catch(() => undefined);
    if (sealed === undefined) await engine.removeVolume(name).catch(() => undefined);
  }
}

/** A helper that a killed command left holds its volumes. */
async function sweep(engine: Engine, labels: Readonly<Record<string, string>>): Promise<void> {
  await sweepHelpers(engine);
  const own = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  await sweepHelpers(engine, own);
}

/** The content goes first: a seal without content is nothing, content without a seal would be called incomplete. */
export async function dropSnapshot(engine: Engine, name: string): Promise<void> {
  await engine.removeVolume(name).catch(ignoreMissing);
  await engine.removeVolume(sealName(name)).catch(ignoreMissing);
}

/** @throws UserError if the snapshot is not there, or was never completed */
async function sourceOf(
  engine: Engine,
  snapshot: string,
): Promise<{ readonly digest: string; readonly project: string }> {
  const [content, seal] = await Promise.all([
    engine.inspectVolume(snapshot),
    engine.inspectVolume(sealName(snapshot)),
  ]);
  if (content !== undefined && seal !== undefined) {
    const project = content.labels[snapshotLabel.project] ?? '';
    return { digest: seal.labels[snapshotLabel.digest] ?? '', project };
  }
  const what = content === undefined ? 'is gone' : 'was never completed';
  throw new UserError('no-snapshot', `snapshot ${snapshot} ${what}`, {
    hint: '`tscompose volume list` shows those that are there',
  });
}

async function ensureVolume(engine: Engine, body: ReturnType<typeof snapshotBody>): Promise<void> {
  if ((await engine.inspectVolume(body.Name)) === undefined) await engine.createVolume(body);
}

const running: ReadonlySet<string> = new Set(['running', 'restarting']);
const alive: ReadonlySet<string> = new Set([...running, 'paused']);

/** @throws UserError if a container that runs has one of the volumes: a copy of it would be of two minds */
async function refuseWriters(
  engine: Engine,
  volumes: readonly string[],
  { frozen = new Set<string>(), paused = true }: { frozen?: ReadonlySet<string>; paused?: boolean } = {},
): Promise<void> {
  for (const volume of volumes) {
    const users = await engine.listContainers({ all: true, other: { volume: [volume] } });
    const found = users.filter(
      ({ id, state, mounts }) =>
        (paused ? alive : running).has(state) &&
        !frozen.has(id) &&
        mounts.some((mount) => mount.name === volume && mount.readWrite !== false),
    );
    if (found.length === 0) continue;
    const names = found.map(({ name }) => name).join(', ');
    throw new UserError('volume-in-use', `volume ${volume} is still used by ${names}`, {
      hint: 'stop what uses it, and try again; nothing was removed',
    });
  }
}

async function freeze(engine: Engine, ids: readonly string[]): Promise<readonly string[]> {
  const paused: string[] = [];
  try {
    for (const id of ids) {
      await engine.pauseContainer(id);
      paused.push(id);
    }
  } catch (error) {
    for (const id of paused) await engine.unpauseContainer(id);
    throw new UserError('no-pause', `${engine.name} can't pause containers: ${String(error)}`, {
      hint: 'use --stop to have them stopped for the snapshot',
      cause: error,
    });
  }
  return paused;
}

function telling({ tell }: NodeContext): (progress: Progress, copy: Copy) => void {
  return ({ bytes, total }, { from, to }) => {
    const volume = isSnapshot(from.volume) ? to.volume : from.volume;
    tell('Working', 'Copying', { id: `Snapshot of ${volume}`, ...progressOf(bytes, total) });
  };
}

/** Says how to do without. */
function explain(error: unknown): never {
  if (!(error instanceof UserError) || !['no-space', 'no-helper', 'carry'].includes(error.code)) throw error;
  throw new UserError(error.code, `no snapshot could be made: ${error.message}`, {
    hint: 'nothing was removed and all data is where it was; make room, or do without a snapshot (--no-snapshot)',
    cause: error,
  });
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof EngineError) || error.kind !== 'not-found') throw error;
}
