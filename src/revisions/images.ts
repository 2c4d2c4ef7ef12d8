import type { Engine } from '../engine/engine.ts';
import type { ImageDetails } from '../engine/images.ts';
import type { Revision } from './revision.ts';

/*
 * Images of earlier revisions have a tag of ours, so that they are not removed as nameless. An id of a revision may be
 * that of one platform within an index (containerd's image store), by which the engine finds nothing: the tag is the
 * way to such an image.
 */

/** Repository of those tags. */
const repository = 'tscompose-kept';

/** The name under which an image of an earlier revision stays. */
export function keptName(project: string, id: string): string {
  const folder = project.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return `${repository}/${folder}:${id.replace(/^sha256:/, '').slice(0, 12)}`;
}

/** Ids of the images of some revisions. */
export function imagesOf(revisions: readonly Revision[]): string[] {
  return [...new Set(revisions.flatMap(({ content }) => Object.values(content.images)))];
}

/** True if it is what an id of a revision stands for. Of an image of several platforms all have to be known. */
export function isImage(image: ImageDetails, id: string): boolean {
  return image.id === id || Object.values(image.manifests ?? {}).includes(id);
}

/** An image of a revision and its name of ours if it has that one; undefined if the engine has it no more. */
export async function findImage(
  engine: Engine,
  project: string,
  id: string,
): Promise<{ readonly image: ImageDetails; readonly name: string | undefined } | undefined> {
  const kept = keptName(project, id);
  const image = (await engine.inspectImage(id)) ?? (await engine.inspectImage(kept));
  if (image === undefined) return undefined;
  return { image, name: image.repoTags.find((tag) => tag === kept || tag.endsWith(`/${kept}`)) };
}

/** Takes the names of ours away from images. */
export async function untag(engine: Engine, project: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const name = keptName(project, id);
    const image = await engine.inspectImage(name).catch(() => undefined);
    if (image !== undefined) await engine.removeImage(name).catch(() => undefined);
  }
}

/**
 * Before a build or a pull gives a name to another image: the one that has it now gets a name of ours if a revision
 * is made of it. Some engines forget an image as soon as a build takes its name away.
 * @returns takes that back if the name stands for the same image still
 */
export async function keepReplaced(
  engine: Engine,
  project: string,
  reference: string,
  revisions: () => Promise<readonly Revision[]>,
): Promise<() => Promise<void>> {
  const image = await engine.inspectImage(reference, { platforms: true });
  if (image === undefined) return async () => {};
  const ids = imagesOf(await revisions()).filter((id) => isImage(image, id));
  const added = ids.filter((id) => !image.repoTags.some((tag) => tag.endsWith(keptName(project, id))));
  for (const id of added) await engine.tagImage(image.id, keptName(project, id));
  return async () => {
    if (added.length === 0 || (await engine.inspectImage(reference))?.id !== image.id) return;
    await untag(engine, project, added);
  };
}
