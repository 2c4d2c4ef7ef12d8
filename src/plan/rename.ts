import { startOrder } from '../model/graph.ts';
import { imageName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import { containersOf } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { Slot } from './context.ts';
import type { MigrateIntent, UpIntent } from './intent.ts';
import type { Materials } from './materials.ts';
import { stopSource } from './migrate.ts';
import { addFinal, addLive, marking } from './migrate-volumes.ts';
import type { SyncChoices } from './operations.ts';
import type { NodeId, Plan } from './plan.ts';
import { refuseRename } from './rename-preflight.ts';
import { newName, renamedVolumes } from './rename-volumes.ts';
import { anonymousMounts } from './request.ts';
import { addUp } from './up.ts';

export interface RenameIntent extends Pick<MigrateIntent, 'timeout' | 'resume' | 'compatibility'> {
  readonly how: SyncChoices;
  /** False if nothing of the project ran before: then nothing is started. */
  readonly start: boolean;
}

/**
 * Plans a project's new name on one engine: a move whose both ends are the same engine. What is named after the project
 * is made anew, with its data; what has a name of its own goes on as it is. What the old name has stays, stopped.
 * @param old the project under its old name
 * @param source what the engine holds under the old name
 * @param target what it holds under the new one, with what others have
 */
export function planRename(
  old: Project,
  project: Project,
  source: Observed,
  target: Observed,
  intent: RenameIntent,
  given: Materials,
): Plan {
  const builder = new PlanBuilder(target.engine);
  const { how, resume } = intent;
  const materials = marking(given, how.id);
  const services = startOrder(project.services).filter((name) => containersOf(source, name).length > 0);
  refuseRename(builder, old, project, source, target, resume === undefined ? undefined : how.id);
  const { pairs, created } = renamedVolumes(builder, old, project, source, target, materials, how.id);
  const memo = new Map<string, readonly NodeId[]>(created.named);
  const { images, pinned } = nameImages(builder, old, project, services, source, target, intent, memo);
  const up: UpIntent = {
    ...{ command: 'up', services, start: true, noDeps: true, imagesReady: true, wait: true, pinned },
    ...(intent.compatibility && { compatibility: true }),
    scale: Object.fromEntries(services.map((name) => [name, containersOf(source, name).length])),
  };
  const there = { ...target, images: { ...target.images, ...images } };
  const inheritFrom = (slot: Slot) => donorOf(old, source, slot, how.id);
  const add = (wish: UpIntent, seed: Parameters<typeof addUp>[5]) => {
    if (services.length === 0) return;
    addUp(builder, project, there, wish, materials, { memo, inheritFrom, ...seed });
  };
  if (resume?.proved) {
    if (intent.start) add(up, { startAfter: builder.ids });
    return builder.build('rename', project.name);
  }
  add({ ...up, start: false, wait: false }, { createAfter: created.anonymous });
  for (const key of [...memo.keys()]) {
    if (!/^(image|volume|network|create|settle) /.test(key)) memo.delete(key);
  }
  const live = addLive(builder, source, pairs, how);
  const stopped = stopSource(builder, old, services, source, intent.timeout);
  const proved = addFinal(builder, source, pairs, how, [...live, ...stopped]);
  if (intent.start) add(up, { startAfter: [...stopped, ...proved] });
  return builder.build('rename', project.name);
}

/** The old container of a slot, with its anonymous volumes under the names of their copies. */
function donorOf(
  old: Project,
  source: Observed,
  { service, number }: Slot,
  id: string,
): ObservedContainer | undefined {
  const donor = containersOf(source, service).toSorted((a, b) => a.number - b.number)[number - 1];
  if (donor === undefined) return undefined;
  const mounts = anonymousMounts(old, donor).map((mount) => ({ ...mount, name: newName(mount.name, id) }));
  return { ...donor, mounts };
}

/**
 * What was built for the project gets the name that goes with its new one. All containers are made from the images
 * that the old ones have, whatever their names mean by now.
 */
function nameImages(
  builder: PlanBuilder,
  old: Project,
  project: Project,
  services: readonly string[],
  source: Observed,
  target: Observed,
  { compatibility }: RenameIntent,
  memo: Map<string, readonly NodeId[]>,
): { readonly images: Observed['images']; readonly pinned: Readonly<Record<string, string>> } {
  const images: Record<string, { id: string }> = {};
  const pinned: Record<string, string> = {};
  for (const name of services) {
    const id = containersOf(source, name)[0]!.imageId;
    const [before, after] = [old, project].map((one) =>
      imageName(one.name, name, one.services[name]!, compatibility),
    ) as [string, string];
    if (before === after) {
      if (source.images[before]?.id !== id) pinned[name] = id;
      continue;
    }
    images[after] = { id };
    if (target.images[after]?.id === id) continue;
    const node = builder.add(
      { kind: 'copy-image', image: id, from: source.engine, as: after },
      { subject: { kind: 'image', name: after }, because: 'the project has a new name' },
    );
    memo.set(`image ${after}`, [node]);
  }
  return { images, pinned };
}
