import { label } from '../../model/labels.ts';
import type { Project, Volume } from '../../model/project.ts';
import { orphansOf } from '../../observe/membership.ts';
import type { Observed, ObservedContainer } from '../../observe/observed.ts';
import type { PlanBuilder } from '../builder.ts';
import { once, type UpContext } from '../context.ts';
import type { UpIntent } from '../intent.ts';
import type { Materials } from '../materials.ts';
import type { FieldChange, NodeId } from '../plan.ts';
import { lossOf } from './data-loss.ts';
import { removePresent } from './present.ts';
import { isOwn } from './usable.ts';

/** Keys of volumes that the selected services mount. */
export function usedVolumes(project: Project, services: readonly string[], all: boolean): readonly string[] {
  const used = services.flatMap((name) =>
    (project.services[name]?.volumes ?? []).map((mount) =>
      mount.type === 'bind' ? undefined : mount.source,
    ),
  );
  return Object.keys(project.volumes).filter((key) => all || used.includes(key));
}

/** Keys of volumes that the user wants made anew; refuses where data would be lost without having been asked. */
export function changedVolumes(
  project: Project,
  observed: Observed,
  intent: UpIntent,
  materials: Materials,
  keys: readonly string[],
  builder: PlanBuilder,
): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const key of keys) {
    const volume = project.volumes[key]!;
    const present = observed.volumes.find((v) => v.name === volume.name);
    const wanted = { kind: 'volume', key, name: volume.name, external: volume.external === true } as const;
    if (!isOwn(wanted, present, project.name, builder)) continue;
    const hash = present.labels[label.configHash];
    if (hash === undefined || hash === materials.volumeHash(volume)) continue;
    const changes = volumeChanges(volume, present);
    if (changes.length === 0 || !wantsNewVolume(key, volume, changes, intent, builder)) continue;
    changed.add(key);
    if (!intent.forceForeign) refuseForeignUsers(builder, project, observed, key);
  }
  return changed;
}

/** Containers of other compose files are not taken away for the sake of a volume. */
function refuseForeignUsers(builder: PlanBuilder, project: Project, observed: Observed, key: string): void {
  const foreign = orphansOf(project, observed).foreign;
  for (const { id, name } of usersOfVolume(project, observed, key)) {
    if (!foreign.some((c) => c.id === id)) continue;
    const message = `volume ${project.volumes[key]!.name} is used by ${name}, which other compose files made`;
    builder.refuse('volume-in-use', message, 3, 'take that group down first, or use --force-foreign');
  }
}

/** Differences that only a new volume can bring. Labels are not among them: they are not worth the data. */
function volumeChanges(volume: Volume, present: Observed['volumes'][number]): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  const driver = volume.driver ?? 'local';
  if (driver !== present.driver) changes.push({ field: 'driver', before: present.driver, after: driver });
  const wanted = volume.driver_opts ?? {};
  for (const name of [...new Set([...Object.keys(wanted), ...Object.keys(present.options)])].sort()) {
    const [before, after] = [present.options[name], wanted[name]];
    if (before !== after) changes.push({ field: `driver_opts.${name}`, before, after });
  }
  return changes;
}

function wantsNewVolume(
  key: string,
  volume: Volume,
  changes: readonly FieldChange[],
  intent: UpIntent,
  builder: PlanBuilder,
): boolean {
  const id = `recreate-volume:${key}`;
  const answer = intent.recreateVolumes ?? intent.answers?.[id];
  if (answer) return true;
  const fields = changes.map((c) => c.field).join(', ');
  const message = `volume ${volume.name} differs from the compose file (${fields})`;
  if (answer === false) {
    builder.warn('volume-kept', `${message}; it is kept as it is`);
    return false;
  }
  builder.ask({ id, text: `${message}. Make it anew? Its data will be lost.`, fallback: false });
  const hint = 'answer yes to make it anew, or take the change back';
  builder.refuse('volume-changed', `${message}; only a new one could have that, without the data`, 5, hint);
  return false;
}

export function usersOfVolume(
  project: Project,
  observed: Observed,
  key: string,
): readonly ObservedContainer[] {
  const name = project.volumes[key]!.name;
  return observed.containers.filter((c) => c.mounts.some((m) => m.type === 'volume' && m.name === name));
}

/** Nodes after which the volume is there and as wanted. */
export function volumeNodes(context: UpContext, key: string): readonly NodeId[] {
  return once(context, `volume ${key}`, () => {
    const { builder, project, observed, materials } = context;
    const volume = project.volumes[key];
    if (volume === undefined || volume.external) return [];
    const present = observed.volumes.find((v) => v.name === volume.name);
    if (present !== undefined && !context.changedVolumes.has(key)) return [];
    const subject = { kind: 'volume', name: key } as const;
    let after: readonly NodeId[] = [];
    let because = 'not found';
    if (present !== undefined) {
      because = 'configuration changed';
      const gone = usersOfVolume(project, observed, key).flatMap((c) => removePresent(context, c));
      const changes = volumeChanges(volume, present);
      after = [
        builder.add(
          { kind: 'remove-volume', name: volume.name },
          { after: gone, subject, because, changes, dataLoss: [lossOf(observed, volume.name)] },
        ),
      ];
    }
    return [
      builder.add(
        { kind: 'create-volume', body: materials.volume(project, key) },
        { after, subject, because },
      ),
    ];
  });
}
