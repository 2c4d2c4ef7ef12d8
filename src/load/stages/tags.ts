import { anything } from '../../spec/attribute.ts';
import type { Origins } from '../../yaml/origins.ts';
import { Tagged } from '../../yaml/tagged.ts';
import { mapBelow } from '../context.ts';

/** Removes what is under `!reset` (undefined, at the top) and unwraps what is under `!override`. */
export function settleTags(value: unknown, origins: Origins): unknown {
  if (value instanceof Tagged) return value.kind === 'reset' ? undefined : settleTags(value.value, origins);
  return mapBelow(value, anything, '', origins, (v) => settleTags(v, origins));
}
