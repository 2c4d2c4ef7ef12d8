import type { Engine } from '../../engine/engine.ts';
import { type Generation, Generations } from '../../execute/record/generations.ts';
import { label } from '../../model/labels.ts';
import type { Outcome } from '../../pipeline.ts';
import { planSuperseded } from '../../plan/superseded.ts';
import { change, stateOf } from '../change.ts';
import type { Context } from '../session.ts';

/**
 * Remembers which images a project runs after a change, and with `--prune` removes those that it ran before the
 * last two changes.
 * @returns the exit code
 */
export async function settleImages(
  context: Context,
  engine: Engine,
  project: string,
  outcome: Outcome,
  prune: boolean,
): Promise<number> {
  const changed = outcome.plan.nodes.some(({ operation }) => operation.kind === 'create-container');
  if (outcome.exitCode !== 0 || outcome.result === undefined || (!changed && !prune)) return outcome.exitCode;
  const containers = await engine.listContainers({ all: true });
  const now: Record<string, string[]> = {};
  for (const { labels, imageId, image } of containers) {
    if (labels[label.project] !== project || imageId === '') continue;
    now[imageId] = [...new Set([...(now[imageId] ?? []), image])].sort();
  }
  const { folder } = stateOf(context, 'up');
  const generations = new Generations(folder, engine.facts.address, project).add(now);
  if (!prune) return outcome.exitCode;
  const inUse = new Set(containers.map(({ imageId }) => imageId));
  const tags = await tagsOf(engine, generations);
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

async function tagsOf(
  engine: Engine,
  generations: readonly Generation[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = [...new Set(generations.flatMap(Object.keys))];
  const found = await Promise.all(ids.map(async (id) => [id, await engine.inspectImage(id)] as const));
  return new Map(
    found.flatMap(([id, image]) => (image === undefined ? [] : [[id, image.repoTags] as const])),
  );
}
