import { moveLabel } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import { isForwarder, isHook } from '../observe/membership.ts';
import type { Observed } from '../observe/observed.ts';
import type { PlanBuilder } from './builder.ts';
import type { Materials } from './materials.ts';
import type { VolumePair } from './operations.ts';
import type { NodeId } from './plan.ts';
import { anonymousMounts } from './request.ts';

interface RenamedVolumes {
  /** Each volume whose data moves, and its copy. */
  readonly pairs: readonly VolumePair[];
  readonly created: {
    /** What stands for each of the project's volumes, as `addUp` remembers it. */
    readonly named: ReadonlyMap<string, readonly NodeId[]>;
    readonly anonymous: readonly NodeId[];
  };
}

/** Makes the volumes of the new name, empty; those that an interrupted rename has made are there already. */
export function renamedVolumes(
  builder: PlanBuilder,
  old: Project,
  project: Project,
  source: Observed,
  target: Observed,
  materials: Materials,
  id: string,
): RenamedVolumes {
  const named = new Map<string, readonly NodeId[]>();
  const anonymous: NodeId[] = [];
  const pairs: VolumePair[] = [];
  const isThere = (name: string) => target.volumes.some((volume) => volume.name === name);
  for (const [key, volume] of Object.entries(project.volumes)) {
    const before = old.volumes[key]!.name;
    if (volume.external || volume.name === before) {
      named.set(`volume ${key}`, []);
      continue;
    }
    if (!source.volumes.some(({ name }) => name === before)) continue;
    pairs.push({ source: before, target: volume.name });
    const because = 'the project has a new name';
    const made = isThere(volume.name)
      ? []
      : [
          builder.add(
            { kind: 'create-volume', body: materials.volume(project, key) },
            { subject: { kind: 'volume', name: key }, because },
          ),
        ];
    named.set(`volume ${key}`, made);
  }
  const own = source.containers.filter((c) => !c.oneOff && !isHook(c) && !isForwarder(c));
  for (const before of new Set(own.flatMap((c) => anonymousMounts(old, c).map(({ name }) => name)))) {
    const after = newName(before, id);
    pairs.push({ source: before, target: after });
    if (isThere(after)) continue;
    const body = { Name: after, Labels: { [moveLabel]: id } };
    const because = 'has no name in the file';
    anonymous.push(
      builder.add({ kind: 'create-volume', body }, { subject: { kind: 'volume', name: after }, because }),
    );
  }
  return { pairs, created: { named, anonymous } };
}

/** Name of the copy of a volume without a name: as long, and made from the move's id so that it is found again. */
export function newName(before: string, id: string): string {
  return `${before.slice(0, 64 - id.length)}${id}`;
}
