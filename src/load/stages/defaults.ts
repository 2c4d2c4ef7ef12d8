import type { Attribute } from '../../spec/attribute.ts';
import type { Origins } from '../../yaml/origins.ts';
import { isTree } from '../../yaml/tree.ts';
import { concerns, mapBelow, type Spot, type Visit } from '../context.ts';

const relevant = concerns('fill');

/** Fills in the defaults of long syntax. */
export function fillDefaults(value: unknown, attribute: Attribute, spot: Spot, origins: Origins): unknown {
  if (typeof value !== 'object' || value === null || attribute.kind === 'any') return value;
  let filled: unknown = value;
  if (attribute.fill !== undefined && isTree(value)) {
    filled = attribute.fill(value);
    if (filled !== value && isTree(filled)) origins.carry(value, filled);
  }
  if (attribute.fields === undefined && attribute.item === undefined) return filled;
  const visit: Visit = (v, a, s) => fillDefaults(v, a, s, origins);
  return mapBelow(filled, attribute, spot.path, origins, visit, relevant);
}
