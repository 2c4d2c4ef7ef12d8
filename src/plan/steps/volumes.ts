import { label } from '../../model/labels.ts';
import type { Project, Volume } from '../../model/project.ts';
import { defaultKeep } from '../../model/safety.ts';
import { holdsData, type Snapshot, snapshotId } from '../../model/snapshot.ts';
import { orphansOf } from '../../observe/membership.ts';
import { newPlace, type Observed, type ObservedContainer } from '../../observe/observed.ts';
import type { PlanBuilder } from '../builder.ts';
import { once, type UpContext } from '../context.ts';
import type { UpIntent } from '../intent.ts';
import type { Materials } from '../materials.ts';
import type { NodeId } from '../plan.ts';
import { removePresent, stopPresent } from './present.ts';
import { carryName, keepTime, lossesOf, mayHoldData, takeSnapshots } from './snapshots.ts';
import { isOwn } from './usable.ts';
import { fateOf, openCarry, volumeChanges, wantsNewVolume } from './volume-changes.ts';

/** Keys of volumes that the selected services mount. */
export function usedVolumes(project: Project, services: readonly string[], all: boolean): readonly string[] {
  const used = services.flatMap((name) =>
    (project.services[name]?.volumes ?? []).map((mount) =>
      mount.type === 'bind' ? undefined : mount.source,
    ),
  );
  return Object.keys(project.volumes).filter((key) => all || used.includes(key));
}

/** Keys of volumes that shall be made anew; refuses where data would be lost without having been asked. */
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
    if (openCarry(observed, present.name) !== undefined) continue;
    if (!wantsNewVolume(key, volume, present, intent, builder)) continue;
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

export function usersOfVolume(
  project: Project,
  observed: Observed,
  key: string,
): readonly ObservedContainer[] {
  const name = project.volumes[key]!.name;
  return observed.containers.filter((c) => c.mounts.some((m) => m.type === 'volume' && m.name === name));
}

/** Nodes after which the volume is there and as wanted, with its content. */
export function volumeNodes(context: UpContext, key: string): readonly NodeId[] {
  return once(context, `volume ${key}`, () => {
    const { builder, project, observed, materials } = context;
    const volume = project.volumes[key];
    if (volume === undefined || volume.external) return [];
    const present = observed.volumes.find((v) => v.name === volume.name);
    const subject = { kind: 'volume', name: key } as const;
    const create = (after: readonly NodeId[], because: string) =>
      builder.add(
        { kind: 'create-volume', body: materials.volume(project, key) },
        { after, subject, because },
      );
    if (present !== undefined && context.changedVolumes.has(key)) {
      const because = 'configuration changed';
      const kept = keepNodes(context, key);
      const gone = usersOfVolume(project, observed, key).flatMap((c) => removePresent(context, c));
      const changes = volumeChanges(volume, present);
      const carried = fateOf(context.intent, present, changes) === 'carried';
      const keeps = carried || kept.length > 0;
      const removed = builder.add(
        { kind: 'remove-volume', name: volume.name },
        {
          ...{ after: [...kept, ...gone], subject, because, changes },
          dataLoss: keeps ? [] : lossesOf(observed, [present]),
        },
      );
      const made = create([removed], because);
      return carried
        ? carryBack(context, key, carryName(observed, project.name, present), [made], volume)
        : [made];
    }
    const open = openCarry(observed, volume.name);
    if (open === undefined) return present === undefined ? [create([], 'not found')] : [];
    return goOnCarrying(context, key, open, present, create);
  });
}

type Present = Observed['volumes'][number];

/** A volume that was being made anew when that was cut short gets the content that was copied aside. */
function goOnCarrying(
  context: UpContext,
  key: string,
  open: Snapshot,
  present: Present | undefined,
  create: (after: readonly NodeId[], because: string) => NodeId,
): readonly NodeId[] {
  const { builder, project, observed, materials } = context;
  const volume = project.volumes[key]!;
  const because = 'was cut short while it was made anew';
  if (present === undefined) return carryBack(context, key, open.name, [create([], because)], volume);
  const users = usersOfVolume(project, observed, key);
  if (users.length > 0) {
    const names = users.map((c) => c.name).join(', ');
    const id = snapshotId(open.name);
    const message = `volume ${volume.name} was being made anew when that was cut short; its content is in snapshot ${id}, and ${names} use it as it is now`;
    const hint = `bring the content back with \`tscompose volume restore --force ${id}\`, or give it up with \`tscompose volume rm ${id}\``;
    builder.refuse('carry-open', message, 5, hint);
  }
  const keepSeconds = keepTime(project, present, {}) || defaultKeep;
  const kept = mayHoldData(observed, present)
    ? [
        takeSnapshots(builder, observed, {
          ...{ project: project.name, reason: 'restore', because, after: [] },
          volumes: [{ volume: present, keepSeconds }],
        }),
      ]
    : [];
  if (present.labels[label.configHash] === materials.volumeHash(volume))
    return carryBack(context, key, open.name, kept, volume);
  const removed = builder.add(
    { kind: 'remove-volume', name: volume.name },
    { after: kept, subject: { kind: 'volume', name: key }, because },
  );
  return carryBack(context, key, open.name, [create([removed], because)], volume);
}

/** Nodes after which the content of a volume that goes is copied aside. Nobody writes to it any more then. */
export function keepNodes(context: UpContext, key: string): readonly NodeId[] {
  return once(context, `keep volume ${key}`, () => {
    const { builder, project, observed, intent } = context;
    const volume = project.volumes[key]!;
    const present = observed.volumes.find((v) => v.name === volume.name)!;
    const carried = fateOf(intent, present, volumeChanges(volume, present)) === 'carried';
    const keepSeconds = carried ? defaultKeep : keepTime(project, present, intent);
    if (!carried && (keepSeconds === 0 || !mayHoldData(observed, present))) return [];
    const users = usersOfVolume(project, observed, key);
    const stopped = users.flatMap((c) => stopPresent(context, c));
    return [
      takeSnapshots(builder, observed, {
        ...{ project: project.name, reason: carried ? 'carry' : 'recreate', after: stopped },
        ...{ because: 'configuration changed', volumes: [{ volume: present, keepSeconds }] },
      }),
    ];
  });
}

function carryBack(
  { builder, observed }: UpContext,
  key: string,
  snapshot: string,
  after: readonly NodeId[],
  { name: volume, driver = 'local', driver_opts: options = {} }: Volume,
): readonly NodeId[] {
  const subject = { kind: 'volume', name: key } as const;
  const because = 'carries the content over';
  // What somebody else may have filled before.
  const elsewhere = !holdsData({ driver, options });
  if (elsewhere && observed.volumeFacts?.[newPlace(volume)]?.empty === false) {
    const hint = 'empty it or choose another place, or use --recreate-volumes to leave the content behind';
    builder.refuse('volume-filled', `where volume ${volume} shall be, there is data already`, 5, hint);
  }
  const restored = builder.add(
    { kind: 'restore-volumes', pairs: [{ snapshot, volume, ...(elsewhere && { fresh: true }) }] },
    { after, subject, because },
  );
  return [
    builder.add({ kind: 'remove-snapshots', snapshots: [snapshot] }, { after: [restored], subject, because }),
  ];
}
