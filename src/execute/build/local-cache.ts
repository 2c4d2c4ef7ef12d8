import { resolve } from 'node:path';
import type { BlobStore, BuildRequest, CacheEntry } from '../../engine/build-request.ts';
import { blobFolder, cacheDigest } from './blob-store.ts';

type Cached = Pick<BuildRequest, 'cacheFrom' | 'cacheTo' | 'stores'>;

/**
 * Caches of type `local`: their folders become absolute, and stores that the engine reads and writes through us.
 * One to read from that is not there yet is left out, as at the first build.
 * @param folder that relative paths start from
 */
export async function withLocalCaches<T extends Cached>(request: T, folder: string): Promise<T> {
  const { cacheFrom = [], cacheTo = [] } = request;
  const stores: Record<string, BlobStore> = { ...request.stores };
  const local = (path: string): string => {
    const full = resolve(folder, path);
    stores[`local:${full}`] ??= blobFolder(full);
    return full;
  };
  const from: CacheEntry[] = [];
  for (const entry of cacheFrom) {
    const { type, attributes } = entry;
    if (type !== 'local' || attributes['src'] === undefined) {
      from.push(entry);
      continue;
    }
    const src = resolve(folder, attributes['src']);
    const digest = attributes['digest'] ?? (await cacheDigest(src, attributes['tag']));
    if (digest !== undefined) from.push({ type, attributes: { ...attributes, src: local(src), digest } });
  }
  const to = cacheTo.map((entry): CacheEntry => {
    const { type, attributes } = entry;
    if (type !== 'local' || attributes['dest'] === undefined) return entry;
    return { type, attributes: { ...attributes, dest: local(attributes['dest']) } };
  });
  return {
    ...request,
    ...(request.cacheFrom !== undefined && { cacheFrom: from }),
    ...(request.cacheTo !== undefined && { cacheTo: to }),
    ...(Object.keys(stores).length > 0 && { stores }),
  };
}
