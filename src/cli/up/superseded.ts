import type { Engine } from '../../engine/engine.ts';
import { imageName } from '../../model/names.ts';
import type { Outcome } from '../../pipeline.ts';
import { planSuperseded } from '../../plan/superseded.ts';
import type { Revision } from '../../revisions/revision.ts';
import { keptName, listRevisions } from '../../revisions/store.ts';
import { change } from '../change.ts';
import type { Context } from '../session.ts';

/**
 * After a successful change, removes images of earlier revisions but those of the one before.
 * @returns the exit code
 */
export async function pruneSuperseded(
  context: Context,
  engine: Engine,
  project: string,
  { result, exitCode }: Outcome,
): Promise<number> {
  if (exitCode !== 0 || result === undefined) return exitCode;
  const generations = (await listRevisions(engine, project)).map(imagesOf);
  const inUse = new Set((await engine.listContainers({ all: true })).map(({ imageId }) => imageId));
  const ids = [...new Set(generations.flatMap(Object.keys))];
  const found = await Promise.all(ids.map(async (id) => [id, await engine.inspectImage(id)] as const));
  const tags = new Map(found.flatMap(([id, image]) => (image === undefined ? [] : [[id, image.repoTags]])));
  const pruned = await change(
    context,
    engine,
    { name: project },
    {
      command: 'prune',
      observe: { images: false },
      plan: (observed) => planSuperseded({ project, engine: observed.engine, generations, inUse, tags }),
    },
  );
  return pruned.exitCode;
}

/** Images of a revision by id, with the names that the project has for each. */
function imagesOf({ content: { project, images } }: Revision): Readonly<Record<string, readonly string[]>> {
  const names: Record<string, string[]> = {};
  for (const [service, id] of Object.entries(images)) {
    const wanted = project.services[service];
    const own = wanted === undefined ? [] : [imageName(project.name, service, wanted)];
    names[id] = [...(names[id] ?? [keptName(project.name, id)]), ...own];
  }
  return names;
}
