import { label } from '../../model/labels.ts';
import { type Snapshot, snapshotId } from '../../model/snapshot.ts';
import type { Observed } from '../../observe/observed.ts';
import type { PlanBuilder } from '../builder.ts';
import type { ProjectOrName } from '../down.ts';

const listHint = '`tscompose volume list` shows the snapshots of the project';

interface Pick {
  readonly command?: string;
  /** Ids of snapshots, or volumes by key or name; none: what the last command took. */
  readonly words: readonly string[];
  /** A volume's name means none of its snapshots. */
  readonly onlyIds?: boolean;
}

/** The snapshots that are meant: by id, the latest of a volume, or those that the last command took. */
export function pickSnapshots(
  builder: PlanBuilder,
  { snapshots = [] }: Observed,
  { command, words, onlyIds = false }: Pick,
): readonly Snapshot[] {
  const complete = snapshots.filter(({ proved }) => proved !== undefined);
  if (command === 'volume undo') {
    const taken = lastTaken(complete, words);
    if (taken.length === 0) builder.refuse('no-snapshot', 'there is nothing to undo', 1, listHint);
    return taken;
  }
  const picked = words.flatMap((word) => {
    const ids = snapshots.filter(({ name }) => snapshotId(name) === word);
    const near = ids.length > 0 ? ids : byStart(snapshots, word);
    const found =
      near.length > 0 || onlyIds
        ? near
        : complete.filter((s) => s.key === word || s.volume === word).slice(-1);
    const [one, ...more] = found;
    if (one === undefined) builder.refuse('no-snapshot', `no such snapshot: ${word}`, 1, listHint);
    else if (more.length > 0)
      builder.refuse('no-snapshot', `${word} begins the ids of ${found.length} snapshots`, 1, listHint);
    else if (one.proved === undefined && !onlyIds)
      builder.refuse('no-snapshot', `snapshot ${word} was never completed`, 1, listHint);
    else return [one];
    return [];
  });
  return [...new Set(picked)];
}

function byStart(snapshots: readonly Snapshot[], word: string): readonly Snapshot[] {
  return word.length < 3 ? [] : snapshots.filter(({ name }) => snapshotId(name).startsWith(word));
}

/** What the last command that took snapshots by itself took, of these volumes if some are named. */
function lastTaken(complete: readonly Snapshot[], words: readonly string[]): readonly Snapshot[] {
  const automatic = complete.filter(
    ({ reason, key, volume }) =>
      ['down', 'recreate', 'restore'].includes(reason) &&
      (words.length === 0 || words.includes(key) || words.includes(volume)),
  );
  const last = automatic.at(-1);
  return automatic.filter(
    ({ reason, proved }) => reason === last?.reason && proved?.time === last.proved?.time,
  );
}

/** The project's volumes, or those named by key or name. */
export function pickVolumes(
  builder: PlanBuilder,
  { name, project }: ProjectOrName,
  { volumes }: Observed,
  words: readonly string[],
): Observed['volumes'] {
  const own = volumes.filter((volume) => volume.labels[label.project] === name);
  if (words.length === 0) return own;
  return words.flatMap((word) => {
    const wanted = project?.volumes[word]?.name;
    const found = own.find(
      (volume) => volume.name === (wanted ?? word) || volume.labels[label.volume] === word,
    );
    if (found === undefined)
      builder.refuse('no-volume', `no such volume: ${word}`, 1, '`tscompose volumes` lists them');
    return found === undefined ? [] : [found];
  });
}
