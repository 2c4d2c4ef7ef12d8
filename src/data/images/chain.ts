import { createHash } from 'node:crypto';
import type { Engine } from '../../engine/engine.ts';

export function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Digests that name a layer together with all below it, by which stores tell what they have. */
export function chainIds(layers: readonly string[]): string[] {
  const chain: string[] = [];
  for (const layer of layers) {
    const below = chain.at(-1);
    chain.push(below === undefined ? layer : sha256(`${below} ${layer}`));
  }
  return chain;
}

/** All layers that an engine has, each with what is below it. */
export async function layersOf(engine: Engine): Promise<ReadonlySet<string>> {
  const images = await engine.listImages({ all: true });
  const found = await Promise.all(images.map(({ id }) => engine.inspectImage(id).catch(() => undefined)));
  return new Set(found.flatMap((image) => chainIds(image?.layers ?? [])));
}

/** How an engine keeps images, which decides what it takes. */
export type Store = 'graph' | 'containerd' | 'podman';

export async function storeOf(engine: Engine): Promise<Store> {
  if (engine.facts.kind === 'podman') return 'podman';
  return (await engine.info()).imageStore === 'containerd' ? 'containerd' : 'graph';
}

/**
 * What is done with a layer that the target has: its entry is left out, or is empty; `all`: every layer is sent. Podman
 * refuses an archive that lacks an entry. A containerd store takes one and says nothing, though the image may be broken.
 */
export type Omission = 'drop' | 'empty' | 'all';

export function omissionFor(from: Store, to: Store): Omission {
  if (to === 'containerd') return 'all';
  if (to === 'graph') return 'drop';
  return from === 'containerd' ? 'drop' : 'empty';
}
