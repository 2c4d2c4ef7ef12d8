import type { Readable } from 'node:stream';
import { moveImage } from '../../data/images/copy.ts';
import { UserError } from '../../diagnostic/errors.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { formatBytes } from '../../util/bytes.ts';
import { messageOf } from '../failure.ts';
import type { NodeContext, Outcome } from '../run.ts';
import { counted } from '../transfer/counted.ts';
import { transfer } from '../transfer/registry.ts';

/** Brings an image from one engine to another, under the same name; or gives it another name on the same one. */
export async function copyImage(
  { image, from, as }: OperationOf<'copy-image'>,
  context: NodeContext,
): Promise<Outcome> {
  const { engine, run, signal } = context;
  if (as !== undefined) {
    await engine.tagImage(image, as);
    run.forgetImage(engine, as);
    return {};
  }
  const source = context.engineNamed(from);
  const wanted = await source.inspectImage(image);
  if (wanted === undefined) {
    throw new UserError('image-missing', `engine ${source.name} has no image ${image}`, {
      hint: 'pull or build it there, or make it available on the target',
    });
  }
  if (image.includes('@')) return await pullSame(image, context);
  const through = (stream: Readable) => counted(stream, context, wanted.size);
  const { saved, whole } = await moveImage(source, engine, image, wanted, { signal, through });
  run.forgetImage(engine, image);
  if (whole !== undefined) context.notice('info', `image ${image} was sent whole: ${whole}`);
  const details = saved > 0 ? `${formatBytes(saved)} of layers were there` : undefined;
  context.tell('Done', 'Copied', details === undefined ? {} : { details });
  return { told: true };
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
