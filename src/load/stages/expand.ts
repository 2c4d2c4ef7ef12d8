import type { Attribute } from '../../spec/attribute.ts';
import { isTree } from '../../yaml/tree.ts';
import { concerns, mapBelow, pathBelow, type Spot, type StageContext, type Visit } from '../context.ts';

const relevant = concerns('expand');

export interface ExpandOptions extends StageContext {
  /** False with `--no-interpolate`. */
  readonly strict: boolean;
}

/** Turns short syntax into long syntax, everywhere. */
export function expand(value: unknown, attribute: Attribute, spot: Spot, options: ExpandOptions): unknown {
  if (attribute.kind === 'any' || value === null || value === undefined) return value;
  let long: unknown = value;
  if (attribute.expand !== undefined) {
    const problem = (message: string, hint?: string, entry?: number): void => {
      const path = entry === undefined ? spot.path : pathBelow(spot.path, entry);
      const [holder, key] = entry === undefined ? [spot.container, spot.key] : [value, entry];
      options.problems.at('TSC113', `${path}: ${message}`, path, holder, key, { hint });
    };
    long = attribute.expand(value, { problem, strict: options.strict });
    if (long !== value) inherit(value, long, spot, options);
  }
  if (attribute.fields === undefined && attribute.item === undefined) return long;
  const visit: Visit = (v, a, s) => expand(v, a, s, options);
  return mapBelow(long, attribute, spot.path, options.origins, visit, relevant);
}

/** The long form comes from where the short one was written. */
function inherit(short: unknown, long: unknown, spot: Spot, { origins }: ExpandOptions): void {
  if (typeof long !== 'object' || long === null) return;
  const own = origins.of(spot.container, spot.key);
  if (isTree(short) && isTree(long)) {
    origins.carry(short, long);
    return;
  }
  const keys = Object.keys(long);
  for (const [i, key] of keys.entries()) {
    const entry = Array.isArray(short) ? origins.of(short, Math.min(i, short.length - 1)) : own;
    origins.set(long, key, entry);
  }
}
