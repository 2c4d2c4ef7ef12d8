import type { Engine, VolumeSummary } from '../engine/engine.ts';
import { forwarderLabel } from '../model/forwarding.ts';
import { label } from '../model/labels.ts';
import { compareRevisions } from './compare.ts';
import { imagesOf, keptName, untag } from './images.ts';
import { listLabel, readRevisions, volumeWith } from './list.ts';
import { type Revision, type RevisionContent, renamed } from './revision.ts';

/*
 * Revisions are kept by the engine, as a label of one volume without content for each project: one call reads them, and
 * they are there for whoever uses the engine, from whatever checkout. A volume's labels can't be changed, so each new
 * list is a new volume, and the one before goes. Two writers at a time leave two, which are read as one list. They carry
 * no label of docker compose's, so that other tools don't take them for the project's data.
 */

/** How many revisions of a project are kept. */
const kept = 10;

/** All revisions of a project, oldest first. What can't be read is left out. */
export async function listRevisions(engine: Engine, project: string): Promise<Revision[]> {
  return await readRevisions(await volumesOf(engine, project));
}

async function volumesOf(engine: Engine, project: string): Promise<VolumeSummary[]> {
  const found = await engine.listVolumes({ labels: [`${listLabel.project}=${project}`] });
  return found.filter((volume) => volume.labels[listLabel.project] === project);
}

/**
 * Keeps a revision unless the last one is the same, and forgets the oldest. Images that only earlier revisions use
 * get a tag of ours.
 * @param content is given the last revision
 * @returns the number of the revision that the project is now
 */
export async function keepRevision(
  engine: Engine,
  project: string,
  command: string,
  make: (before: RevisionContent | undefined) => RevisionContent | Promise<RevisionContent>,
): Promise<number> {
  const volumes = await volumesOf(engine, project);
  const revisions = await readRevisions(volumes);
  const last = revisions.at(-1);
  const content = await make(last?.content);
  if (last !== undefined && compareRevisions(last.content, content).length === 0) return last.number;
  const number = (last?.number ?? 0) + 1;
  const now: Revision = { number, time: new Date().toISOString(), command, content };
  const staying = revisions.slice(-(kept - 1));
  await engine.createVolume(await volumeWith(project, [...staying, now]));
  await remove(engine, volumes);
  const gone = revisions.slice(0, revisions.length - staying.length);
  await keepImages(engine, project, revisions, gone, content);
  return number;
}

/** What can't be removed is read again with the rest, and goes with the next list. */
async function remove(engine: Engine, volumes: readonly VolumeSummary[]): Promise<void> {
  await Promise.all(volumes.map(({ name }) => engine.removeVolume(name).catch(() => undefined)));
}

/** Removes all revisions of a project, and the tags that kept their images. */
export async function forgetRevisions(engine: Engine, project: string): Promise<void> {
  const volumes = await volumesOf(engine, project);
  const revisions = await readRevisions(volumes);
  await remove(engine, volumes);
  await untag(engine, project, imagesOf(revisions));
}

/** Gives another engine all revisions that it lacks. Their images stay where they are: only what runs moves. */
export async function copyRevisions(from: Engine, to: Engine, project: string): Promise<void> {
  const there = new Set((await volumesOf(to, project)).map(({ name }) => name));
  for (const { name, labels: Labels } of await volumesOf(from, project)) {
    if (!there.has(name)) await to.createVolume({ Name: name, Labels: { ...Labels } });
  }
}

/** Gives a project that has another name now the revisions that it had. Their images get tags of the new name. */
export async function renameRevisions(engine: Engine, before: string, after: string): Promise<void> {
  const revisions = await listRevisions(engine, before);
  if (revisions.length === 0) return;
  const former = await volumesOf(engine, after);
  await engine.createVolume(
    await volumeWith(
      after,
      revisions.map((one) => ({ ...one, content: renamed(one.content, before, after) })),
    ),
  );
  // Of a project that had the name before.
  await remove(engine, former);
  const current = new Set(Object.values(revisions.at(-1)?.content.images ?? {}));
  const earlier = imagesOf(revisions).filter((id) => !current.has(id));
  await Promise.all(earlier.map((id) => engine.tagImage(id, keptName(after, id)).catch(() => undefined)));
}

async function keepImages(
  engine: Engine,
  project: string,
  revisions: readonly Revision[],
  gone: readonly Revision[],
  now: RevisionContent,
): Promise<void> {
  const current = new Set(Object.values(now.images));
  const before = imagesOf(revisions.filter((one) => !gone.includes(one)));
  const last = new Set(imagesOf(revisions.slice(-1)));
  const tag = async (id: string) => engine.tagImage(id, keptName(project, id)).catch(() => undefined);
  // Those of revisions further back have their tag since then.
  await Promise.all(before.filter((id) => last.has(id) && !current.has(id)).map(tag));
  const needed = new Set(before);
  await untag(
    engine,
    project,
    imagesOf(gone).filter((id) => !needed.has(id)),
  );
}

/** Ids of the images that a project's containers were made from, by service. */
export async function currentImages(engine: Engine, project: string): Promise<Record<string, string>> {
  const containers = await engine.listContainers({ all: true, labels: [`${label.project}=${project}`] });
  const images: Record<string, string> = {};
  for (const { labels: own, imageId } of containers) {
    const service = own[label.service];
    // Forwarders, hooks and one-offs are made from what their service says, or are ours.
    if (service === undefined || own[label.oneOff] !== 'False' || own[label.hook] !== undefined) continue;
    if (own[forwarderLabel.service] === undefined) images[service] = own[label.image] ?? imageId;
  }
  return images;
}
