import type { Engine } from '../../engine/engine.ts';
import { dropSnapshot } from '../../execute/runners/snapshot-volumes.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { observeSnapshots } from '../../observe/collect.ts';

/** How many snapshots of one volume that were taken without having been asked for stay, however young they are. */
const most = 5;

/**
 * Drops snapshots of all projects whose time is over, the oldest of too many, and what was left incomplete. One that
 * can't be dropped stays until the next time.
 */
export async function dropExpired(engine: Engine, now = Date.now()): Promise<void> {
  const gone = expired(await observeSnapshots(engine), now);
  for (const { name } of gone) await dropSnapshot(engine, name).catch(() => undefined);
}

/** The snapshots that have to go. @param now milliseconds since 1970 */
export function expired(snapshots: readonly Snapshot[], now: number): readonly Snapshot[] {
  const perVolume = new Map<string, number>();
  return snapshots.toReversed().filter(({ proved, keepSeconds, volume, reason }) => {
    // What is being taken, or carries a volume that is made anew, belongs to the command that does it.
    if (proved === undefined || reason === 'carry') return false;
    if (Date.parse(proved.time) + keepSeconds * 1000 < now) return true;
    if (reason === 'manual') return false;
    const count = (perVolume.get(volume) ?? 0) + 1;
    perVolume.set(volume, count);
    return count > most;
  });
}
