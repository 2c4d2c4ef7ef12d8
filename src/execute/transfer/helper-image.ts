import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { NodeContext } from '../run.ts';

/**
 * Images on an engine that a helper container can be made from, best first: those that users of the volume
 * run, those that the plan makes containers from there, others, small ones first.
 * @throws UserError if there is none
 */
export async function helperImages(
  engine: Engine,
  volume: string,
  { run }: NodeContext,
): Promise<readonly string[]> {
  const candidates: string[] = [];
  const users = await engine.listContainers({ all: true, other: { volume: [volume] } });
  candidates.push(...users.map((one) => one.imageId));
  for (const { engine: name, operation } of run.plan.nodes) {
    if (operation.kind !== 'create-container' || name !== engine.name) continue;
    const mounts = operation.body.HostConfig.Mounts ?? [];
    const binds = operation.body.HostConfig.Binds ?? [];
    const uses = mounts.some((m) => m.Source === volume) || binds.some((b) => b.startsWith(`${volume}:`));
    if (uses) candidates.unshift(operation.body.Image);
    else candidates.push(operation.body.Image);
  }
  const found = await Promise.all([...new Set(candidates)].map((one) => engine.inspectImage(one)));
  const ids = found.flatMap((image) => image?.id ?? []);
  const others = [...(await engine.listImages())].sort((a, b) => a.size - b.size);
  const all = [...new Set([...ids, ...others.map((image) => image.id)])];
  if (all.length > 0) return all;
  throw new UserError(
    'no-helper-image',
    `engine ${engine.name} has no image to reach volume ${volume} through`,
    {
      hint: 'copy or pull the images of the project first',
    },
  );
}
