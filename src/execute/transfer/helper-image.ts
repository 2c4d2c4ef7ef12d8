import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { NodeContext } from '../run.ts';

/**
 * An image on an engine that a helper container can be made from: one that a user of the volume runs, else
 * one that the plan makes containers from there, else any.
 */
export async function helperImage(engine: Engine, volume: string, { run }: NodeContext): Promise<string> {
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
  for (const candidate of candidates) {
    const image = await engine.inspectImage(candidate);
    if (image !== undefined) return image.id;
  }
  const any = (await engine.listImages())[0];
  if (any !== undefined) return any.id;
  throw new UserError(
    'no-helper-image',
    `engine ${engine.name} has no image to reach volume ${volume} through`,
    {
      hint: 'copy or pull the images of the project first',
    },
  );
}
