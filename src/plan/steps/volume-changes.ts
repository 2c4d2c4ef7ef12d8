import type { Volume } from '../../model/project.ts';
import { isProtected } from '../../model/safety.ts';
import { holdsData, type Snapshot } from '../../model/snapshot.ts';
import type { Observed } from '../../observe/observed.ts';
import { isToolLabel } from '../../translate/labels.ts';
import type { PlanBuilder } from '../builder.ts';
import type { UpIntent } from '../intent.ts';
import type { FieldChange } from '../plan.ts';
import { isOriginal } from './snapshots.ts';

/** Differences that only a new volume can bring: engines change nothing of one that exists. */
export function volumeChanges(volume: Volume, present: Observed['volumes'][number]): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  const driver = volume.driver ?? 'local';
  if (driver !== present.driver) changes.push({ field: 'driver', before: present.driver, after: driver });
  return [
    ...changes,
    ...differences('driver_opts', present.options, volume.driver_opts ?? {}),
    ...differences('labels', ownLabels(present.labels), ownLabels(volume.labels ?? {})),
  ];
}

type Texts = Readonly<Record<string, string>>;

function differences(field: string, before: Texts, after: Texts): readonly FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ field: `${field}.${name}`, before: before[name], after: after[name] }));
}

/** Labels that the files may say; the others are the tools' own. */
function ownLabels(labels: Texts): Texts {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !isToolLabel(name)));
}

function onlyLabels(changes: readonly FieldChange[]): boolean {
  return changes.every(({ field }) => field.startsWith('labels.'));
}

/**
 * What becomes of the content of a volume that is made anew: it is carried over, or dropped if the user said that it
 * may go. What a volume only points to stays where it is.
 */
export function fateOf(
  intent: UpIntent,
  present: Observed['volumes'][number],
  changes: readonly FieldChange[],
): 'carried' | 'dropped' | 'elsewhere' {
  if (!holdsData(present)) return 'elsewhere';
  return intent.recreateVolumes !== true || onlyLabels(changes) ? 'carried' : 'dropped';
}

/** True if what is put into the volume is gone as soon as nothing uses it. */
function isMemory({ driver_opts: options = {} }: Volume): boolean {
  return ['tmpfs', 'ramfs'].includes(options['type'] ?? '');
}

/** True if the volume shall be made anew. Asks, or refuses, where that is not clear. */
export function wantsNewVolume(
  key: string,
  volume: Volume,
  present: Observed['volumes'][number],
  intent: UpIntent,
  builder: PlanBuilder,
): boolean {
  const changes = volumeChanges(volume, present);
  if (changes.length === 0) return false;
  const id = `recreate-volume:${key}`;
  const labels = onlyLabels(changes);
  const answer = intent.recreateVolumes ?? intent.answers?.[id];
  const fields = changes.map((c) => c.field).join(', ');
  const message = `volume ${volume.name} differs from the compose file (${fields})`;
  // Labels are worth no refusal: everything works without them.
  const keep = () => {
    builder.warn('volume-kept', `${message}; it is kept as it is`);
    return false;
  };
  if (isProtected(volume)) {
    if (labels) return keep();
    const hint = 'take the change back, or its protection (x-tscompose: {protect: true}) out of the file';
    builder.refuse('volume-protected', `${message}, and is protected from being made anew`, 5, hint);
    return false;
  }
  if (answer === false || (labels && intent.atomic)) return keep();
  const fate = fateOf(intent, present, changes);
  if (fate === 'carried' && isMemory(volume)) {
    const hint = 'take the change back, or use --recreate-volumes to have it made anew without its content';
    builder.refuse('volume-changed', `${message}; memory can't take its content over`, 5, hint);
    return false;
  }
  if (answer) return true;
  const what =
    fate === 'elsewhere'
      ? 'What it points to now stays as it is'
      : 'Its content is copied, compared and carried over; what uses it stops meanwhile';
  builder.ask({ id, text: `${message}. Make it anew? ${what}.`, fallback: false });
  if (labels) return false;
  const hint =
    'answer yes (-y) to have it made anew with its content, or use --recreate-volumes to have it made anew without';
  builder.refuse('volume-changed', `${message}; only a new one could have that`, 5, hint);
  return false;
}

/** A volume that was copied aside to be made anew, of which the rest was cut short. */
export function openCarry(observed: Observed, volume: string): Snapshot | undefined {
  const found = observed.snapshots?.findLast(
    (s) => s.volume === volume && s.reason === 'carry' && s.proved !== undefined,
  );
  const present = observed.volumes.find((v) => v.name === volume);
  // The very volume that was copied is still there: the copy is of no use.
  if (found === undefined || (present !== undefined && isOriginal(found, present))) return undefined;
  return found;
}
