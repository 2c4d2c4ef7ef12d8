import { type Attribute, below } from '../../spec/attribute.ts';
import { describe } from '../../spec/lists.ts';
import { placeOf } from '../../yaml/origins.ts';
import { Tagged } from '../../yaml/tagged.ts';
import { isTree, setKey, type Tree } from '../../yaml/tree.ts';
import { pathBelow, type Spot, type StageContext } from '../context.ts';
import { append, toEntries, toMapping, toSequence } from './sequence.ts';
import { settleTags } from './tags.ts';

/** Merges a later mapping onto an earlier one by the rules of each attribute. Neither is changed. */
export interface Merger extends StageContext {
  /** The result is merged again later: `!reset` and `!override` have to survive. */
  readonly keepTags: boolean;
}

/** A value of the later mapping, and the earlier mapping. */
interface MergeSpot extends Spot {
  readonly base: unknown;
}

export function mergeTrees(base: Tree, over: Tree, attribute: Attribute, path: string, merger: Merger): Tree {
  const { origins } = merger;
  const merged = { ...base };
  origins.carry(base, merged);
  for (const key of Object.keys(over)) {
    const value = over[key];
    const earlier = base[key];
    const known = Object.hasOwn(base, key);
    if (value instanceof Tagged || !known) {
      const settled = merger.keepTags ? value : settleTags(value, origins);
      if (settled === undefined) delete merged[key];
      else setKey(merged, key, settled);
      if (settled !== undefined) origins.set(merged, key, origins.of(over, key));
      continue;
    }
    const spot = { path: pathBelow(path, key), container: over, key, base };
    setKey(merged, key, mergeValues(earlier, value, below(attribute, key), spot, merger));
    if (value !== null) origins.set(merged, key, [...origins.of(base, key), ...origins.of(over, key)]);
  }
  return merged;
}

function mergeValues(
  base: unknown,
  over: unknown,
  attribute: Attribute,
  spot: MergeSpot,
  merger: Merger,
): unknown {
  if (base instanceof Tagged) return over;
  if (attribute.merge === 'replace') return settled(over, merger);
  if (over === null || over === undefined) return base;
  if (base === null || base === undefined) return settled(over, merger);
  if (attribute.merge !== undefined) return mergeSpecially(base, over, attribute, spot, merger);
  return mergeByForm(base, over, attribute, spot, merger);
}

function settled(value: unknown, merger: Merger): unknown {
  return merger.keepTags ? value : settleTags(value, merger.origins);
}

function mergeByForm(
  base: unknown,
  over: unknown,
  attribute: Attribute,
  spot: MergeSpot,
  merger: Merger,
): unknown {
  if (isTree(base)) {
    if (isTree(over)) return mergeTrees(base, over, attribute, spot.path, merger);
    return conflict(base, over, spot, merger);
  }
  if (Array.isArray(base)) {
    const later = settled(over, merger);
    return Array.isArray(later) ? append(base, later, merger.origins) : conflict(base, over, spot, merger);
  }
  return settled(over, merger);
}

function conflict(base: unknown, over: unknown, spot: MergeSpot, { problems, origins }: Merger): unknown {
  const message = `${spot.path} is ${describe(base)} in an earlier file and can't be overridden by ${describe(over)}`;
  const hint = 'write it in the same form, or replace it with !override';
  const earlier = origins.of(spot.base, spot.key).at(-1);
  problems.at('TSC133', message, spot.path, spot.container, spot.key, {
    hint,
    ...(earlier !== undefined && {
      related: [{ place: placeOf(earlier), message: 'it is written here first' }],
    }),
  });
  return base;
}

function mergeSpecially(
  base: unknown,
  over: unknown,
  attribute: Attribute,
  spot: MergeSpot,
  merger: Merger,
): unknown {
  const { origins } = merger;
  const rule = attribute.merge;
  if (typeof rule === 'object') {
    const earlier = toMapping(base, rule.asMapping, origins);
    return mergeByForm(earlier, toMapping(over, rule.asMapping, origins), attribute, spot, merger);
  }
  switch (rule) {
    case 'byKey':
      if (isTree(over) && Object.values(over).some((entry) => entry instanceof Tagged)) {
        return mergeTrees(toEntries(base, origins), over, attribute, spot.path, merger);
      }
      return append(toSequence(base, origins), toSequence(settled(over, merger), origins), origins);
    case 'hosts': {
      const hosts = toSequence(base, origins);
      const later = toSequence(settled(over, merger), origins).filter((host) => !hosts.includes(host));
      return append(hosts, later, origins);
    }
    case 'build':
      return mergeByForm(asBuild(base), asBuild(over), attribute, spot, merger);
    case 'logging': {
      if (!isTree(base) || !isTree(over)) return mergeByForm(base, over, attribute, spot, merger);
      const same = base['driver'] === over['driver'] || !base['driver'] || !over['driver'];
      return same ? mergeTrees(base, over, attribute, spot.path, merger) : settled(over, merger);
    }
    case 'subnets':
      return mergeSubnets(base, settled(over, merger), attribute, spot, merger);
    default:
      return mergeByForm(base, over, attribute, spot, merger);
  }
}

function asBuild(value: unknown): unknown {
  return typeof value === 'string' ? { context: value } : value;
}

function mergeSubnets(
  base: unknown,
  over: unknown,
  attribute: Attribute,
  spot: MergeSpot,
  merger: Merger,
): unknown {
  if (!Array.isArray(base) || !Array.isArray(over)) return mergeByForm(base, over, attribute, spot, merger);
  let pools: unknown[] = base;
  for (const [i, pool] of over.entries()) {
    const same = pools.findIndex((p) => isTree(p) && isTree(pool) && p['subnet'] === pool['subnet']);
    const earlier = pools[same];
    if (isTree(earlier) && isTree(pool)) {
      const merged = mergeTrees(earlier, pool, below(attribute, i), pathBelow(spot.path, i), merger);
      pools = pools.map((p, at) => (at === same ? merged : p));
    } else {
      pools = [...pools, pool];
    }
  }
  return pools;
}
