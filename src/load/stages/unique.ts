import type { Attribute } from '../../spec/attribute.ts';
import { concerns, mapBelow, pathBelow, type Spot, type StageContext, type Visit } from '../context.ts';

const relevant = concerns('identity');

/**
 * Drops duplicates from lists whose entries have an identity: the first keeps its place, the last its
 * content.
 */
export function unique(value: unknown, attribute: Attribute, spot: Spot, context: StageContext): unknown {
  if (typeof value !== 'object' || value === null || attribute.kind === 'any') return value;
  const deduplicated =
    attribute.identity !== undefined && Array.isArray(value)
      ? dropDuplicates(value, attribute, spot, context)
      : value;
  if (attribute.fields === undefined && attribute.item === undefined) return deduplicated;
  const visit: Visit = (v, a, s) => unique(v, a, s, context);
  return mapBelow(deduplicated, attribute, spot.path, context.origins, visit, relevant);
}

function dropDuplicates(
  items: readonly unknown[],
  attribute: Attribute,
  { path }: Spot,
  { problems, origins }: StageContext,
): readonly unknown[] {
  const placeOfKey = new Map<string, number>();
  const kept: unknown[] = [];
  const from: number[][] = [];
  for (const [i, item] of items.entries()) {
    const at = pathBelow(path, i);
    const key = attribute.identity?.(item, (message) =>
      problems.at('TSC111', `${at} ${message}`, at, items, i),
    );
    const earlier = key === undefined ? undefined : placeOfKey.get(key);
    if (earlier === undefined) {
      if (key !== undefined) placeOfKey.set(key, kept.length);
      kept.push(item);
      from.push([i]);
    } else {
      kept[earlier] = item;
      from[earlier]?.push(i);
    }
  }
  if (kept.length === items.length) return items;
  for (const [at, indexes] of from.entries()) {
    origins.set(
      kept,
      at,
      indexes.flatMap((i) => origins.of(items, i)),
    );
  }
  return kept;
}
