import type { Readable } from 'node:stream';
import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ImageDetails } from '../../engine/images.ts';
import { chainIds, layersOf, omissionFor, storeOf } from './chain.ts';
import { withoutLayers } from './filter.ts';

export interface CopyImageOptions {
  readonly signal?: AbortSignal;
  /** Wraps what is read, to count it. */
  readonly through?: (stream: Readable) => Readable;
}

export interface ImageReport {
  /** Bytes that did not have to go, as the target had those layers. */
  readonly saved: number;
  /** The target did not take the image without them: it was sent whole. */
  readonly whole?: string;
}

/**
 * Brings an image from one engine to another under the same name; of its layers only those that are missing there. What
 * the target has then is compared with the original; if that is not the same, the image is sent whole.
 */
export async function moveImage(
  source: Engine,
  target: Engine,
  image: string,
  wanted: ImageDetails,
  { signal, through = (stream) => stream }: CopyImageOptions = {},
): Promise<ImageReport> {
  const [from, to, present] = await Promise.all([storeOf(source), storeOf(target), layersOf(target)]);
  const how = omissionFor(from, to);
  const common = chainIds(wanted.layers).filter((layer) => present.has(layer));
  if (how === 'all' || common.length === 0) {
    await load(target, image, wanted, through(await source.saveImages([image], signal)), signal);
    return { saved: 0 };
  }
  const before = (await target.inspectImage(image))?.id;
  const filtered = withoutLayers(
    through(await source.saveImages([image], signal)),
    wanted.layers,
    present,
    how,
  );
  try {
    await load(target, image, wanted, filtered.stream, signal);
    return { saved: filtered.saved() };
  } catch (error) {
    if (signal?.aborted) throw error;
    const after = await target.inspectImage(image);
    if (after !== undefined && after.id !== before) await target.removeImage(image, { noPrune: true });
    await load(target, image, wanted, through(await source.saveImages([image], signal)), signal);
    return { saved: 0, whole: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws UserError unless the target has the same image under that name then */
async function load(
  target: Engine,
  image: string,
  wanted: ImageDetails,
  archive: Readable,
  signal: AbortSignal | undefined,
): Promise<void> {
  const loaded = await target.loadImages(archive, signal);
  let found = await target.inspectImage(image);
  // Podman gives short names a host of its own; a name of before may still lead to another image.
  if (found === undefined || !sameImage(found, wanted)) {
    const name = loaded[0];
    if (name !== undefined) await target.tagImage(name, image);
    found = await target.inspectImage(image);
  }
  if (found !== undefined && sameImage(found, wanted)) return;
  throw new UserError('image-copy', `engine ${target.name} did not take image ${image} as it is`, {
    hint: `save it on the source and load it on ${target.name} to see why`,
  });
}

/** Ids differ between stores; layers and configuration do not. */
function sameImage(one: ImageDetails, two: ImageDetails): boolean {
  return (
    one.arch === two.arch &&
    JSON.stringify(one.layers) === JSON.stringify(two.layers) &&
    JSON.stringify(one.config.cmd ?? []) === JSON.stringify(two.config.cmd ?? []) &&
    JSON.stringify(one.config.entrypoint ?? []) === JSON.stringify(two.config.entrypoint ?? [])
  );
}
