import { UserError } from '../../diagnostic/errors.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { messageOf } from '../failure.ts';
import type { NodeContext, Outcome } from '../run.ts';
import { counted } from '../transfer/counted.ts';
import { transfer } from '../transfer/registry.ts';

/** Brings an image from one engine to another, under the same name. */
export async function copyImage(
  { image, from }: OperationOf<'copy-image'>,
  context: NodeContext,
): Promise<Outcome> {
  const { engine, run, signal } = context;
  const source = context.engineNamed(from);
  const wanted = await source.inspectImage(image);
  if (wanted === undefined) {
    throw new UserError('image-missing', `engine ${source.name} has no image ${image}`, {
      hint: 'pull or build it there, or make it available on the target',
    });
  }
  if (image.includes('@')) return await pullSame(image, context);
  const archive = await source.saveImages([image], signal);
  const loaded = await engine.loadImages(counted(archive, context, wanted.size), signal);
  run.forgetImage(engine, image);
  if ((await engine.inspectImage(image)) === undefined) {
    // Podman gives short names a host of its own.
    const name = loaded[0];
    if (name === undefined) {
      throw new UserError('image-copy', `engine ${engine.name} did not take image ${image}`, {
        hint: `save it on ${source.name} and load it on ${engine.name} to see why`,
      });
    }
    await engine.tagImage(name, image);
  }
  return {};
}

/** Archives know no digests: what is named by one comes from its registry, and can't be another image. */
async function pullSame(image: string, context: NodeContext): Promise<Outcome> {
  const { engine, run } = context;
  if ((await engine.inspectImage(image)) !== undefined) return { changed: false };
  try {
    const told = { image, parent: `Image ${image}`, text: 'Copying' };
    await transfer(context, told, (options) => engine.pullImage(image, options));
  } catch (cause) {
    const why = messageOf(cause);
    throw new UserError('image-copy', `engine ${engine.name} can't pull ${image}: ${why}`, {
      hint: 'an image that is named by digest comes from its registry: let the target reach it',
      cause,
    });
  }
  run.forgetImage(engine, image);
  return {};
}
