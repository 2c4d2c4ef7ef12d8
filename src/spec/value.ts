// See NOTE.txt in this folder before you go on.
import { OddScalar } from '../yaml/scalar.ts';
import { Tagged, type Tree } from '../yaml/tags.ts';

/** A YAML mapping: neither a list, nor a scalar that needed an object, nor a tagged value. */
export function isMapping(value: unknown): value is Tree {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof OddScalar) &&
    !(value instanceof Tagged)
  );
}

export function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object' || value instanceof OddScalar;
}

/** A scalar's text in a place that wants strings, as Go prints it; null is empty. Undefined for collections. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (value instanceof OddScalar) return value.text;
  return typeof value === 'object' ? undefined : String(value);
}

/** Text before and after the first `separator`; no second part if there is none. */
export function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
