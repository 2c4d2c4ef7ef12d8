import type { CacheEntry } from '../../engine/build-request.ts';

/** `type=registry,ref=IMAGE`, or an image alone. @param entry as in `cache_from` and `cache_to` */
export function cacheEntry(entry: string): CacheEntry {
  const pairs = entry.split(',').map((part) => part.trim());
  if (pairs.length === 1 && !pairs[0]!.includes('=')) {
    return { type: 'registry', attributes: { ref: entry } };
  }
  const attributes = Object.fromEntries(
    pairs.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at).toLowerCase(), pair.slice(at + 1)];
    }),
  );
  const { type = 'registry', ...rest } = attributes;
  return { type, attributes: rest };
}
