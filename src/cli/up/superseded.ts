import type { Engine } from '../../engine/engine.ts';
import { label } from '../../model/labels.ts';
import { imageName } from '../../model/names.ts';
import type { Outcome } from '../../pipeline.ts';
import { planSuperseded } from '../../plan/superseded.ts';
import { findImage, keptName } from '../../revisions/images.ts';
import type { Revision } from '../../revisions/revision.ts';
import { listRevisions } from '../../revisions/store.ts';
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
  const containers = await engine.listContainers({ all: true });
  const inUse = new Set(
    containers.flatMap(({ imageId, labels }) => [imageId, labels[label.image] ?? imageId]),
  );
  const ids = [...new Set(generations.flatMap(Object.keys))];
  const looked = await Promise.all(
    ids.map(async (id) => [id, await findImage(engine, project, id)] as const),
  );
  const found = new Map(
    looked.flatMap(([id, one]) =>
      one === undefined ? [] : [[id, { id: one.image.id, tags: one.image.repoTags }]],
    ),
  );
  const pruned = await change(
    context,
    engine,
    { name: project },
    {
      command: 'prune',
      observe: { images: false },
      plan: (observed) => planSuperseded({ project, engine: observed.engine, generations, inUse, found }),
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
