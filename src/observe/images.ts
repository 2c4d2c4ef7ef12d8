import type { Engine } from '../engine/engine.ts';
import type { ImageDetails, ImageSummary } from '../engine/images.ts';
import { satisfiesPlatform } from '../model/platform.ts';
import type { ObservedImage } from './observed.ts';

/** Up to so many references are asked one by one: cheaper than a list of all images of the engine. */
const askOneByOne = 4;

export interface ImageWish {
  /** An image that is not for the platforms wanted of it counts as missing. */
  readonly platforms: ReadonlyMap<string, ReadonlySet<string>>;
  readonly references: readonly string[];
  /** Of these the time of the last tag and the configuration are needed. */
  readonly details: ReadonlySet<string>;
  /** One list instead of calls for each, however few. */
  readonly preferList: boolean;
}

/** The engine's images by reference as written; a missing one is absent. */
export async function observeImages(engine: Engine, wish: ImageWish): Promise<Record<string, ObservedImage>> {
  const references = [...new Set(wish.references)];
  const needsDetails = (r: string) => wish.details.has(r) || wish.platforms.has(r);
  const detailed = references.filter(needsDetails);
  const plain = references.filter((r) => !needsDetails(r));
  const list = plain.length > (wish.preferList ? 1 : askOneByOne);
  const [inspected, listed] = await Promise.all([
    Promise.all(
      (list ? detailed : references).map(
        async (r) => [r, await engine.inspectImage(r, { platforms: wish.platforms.has(r) })] as const,
      ),
    ),
    list ? engine.listImages() : [],
  ]);
  const found: Record<string, ObservedImage> = {};
  for (const [reference, details] of inspected) {
    if (details === undefined) continue;
    const wanted = [...(wish.platforms.get(reference) ?? [])];
    if (wanted.every((platform) => satisfiesPlatform(details.platforms, platform)))
      found[reference] = fromDetails(details);
  }
  if (!list) return found;
  const byName = indexOf(listed);
  const unlisted = plain.filter((reference) => {
    const id = candidates(reference)
      .map((name) => byName.get(name))
      .find((i) => i !== undefined);
    if (id !== undefined) found[reference] = { id };
    return id === undefined;
  });
  // Names can be written in more ways than we know; what is really missing is worth a call: it will be pulled.
  const looked = await Promise.all(unlisted.map(async (r) => [r, await engine.inspectImage(r)] as const));
  for (const [reference, details] of looked) if (details !== undefined) found[reference] = { id: details.id };
  return found;
}

export function fromDetails(details: ImageDetails): ObservedImage {
  const tagged = Date.parse(details.lastTagTime) / 1000;
  const { id, config, manifests = {} } = details;
  return {
    ...{ id, config, ...(Object.keys(manifests).length > 0 && { manifests }) },
    ...(tagged > 0 && { tagged }),
  };
}

function indexOf(images: readonly ImageSummary[]): Map<string, string> {
  const index = new Map<string, string>();
  for (const image of images) {
    for (const name of [...image.repoTags, ...image.repoDigests]) index.set(name, image.id);
    index.set(image.id, image.id);
    index.set(image.id.replace('sha256:', ''), image.id);
  }
  return index;
}

/** The names under which an engine may list a reference: Docker shortens names, Podman writes them out. */
function candidates(reference: string): readonly string[] {
  // By digest an engine knows no tag.
  const digest = /^(.+?)(?::[^/:@]+)?(@.+)$/.exec(reference);
  if (digest !== null) return [reference, ...candidatesOf(`${digest[1]}${digest[2]}`)];
  return candidatesOf(reference);
}

function candidatesOf(reference: string): readonly string[] {
  const tagged = reference.includes('@') || /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
  const short = tagged.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
  const first = short.split('/')[0]!;
  const hasHost = short.includes('/') && /[.:]|^localhost$/.test(first);
  const long = hasHost ? [] : [`docker.io/${short.includes('/') ? short : `library/${short}`}`];
  const local = hasHost ? [] : [`localhost/${short}`];
  return [reference, tagged, short, ...local, ...long];
}
