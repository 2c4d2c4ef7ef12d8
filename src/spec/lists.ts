import { isTree } from '../yaml/tree.ts';
import type { Attribute, Expand, Identity } from './attribute.ts';

/** `KEY=value` entries are the same if their keys are. Without `=` the whole text is the key. */
export const byName: Identity = (entry, problem) => {
  if (typeof entry === 'string') {
    const equals = entry.indexOf('=');
    return equals < 0 ? entry : entry.slice(0, equals);
  }
  problem(`must be a string, this one is ${describe(entry)}`);
  return undefined;
};

export const byText: Identity = (entry) =>
  typeof entry === 'string' || typeof entry === 'number' ? String(entry) : undefined;

/** One text may stand for a list of one. */
export const oneAsList: Expand = (value) => (typeof value === 'string' ? [value] : value);

/** The same, but a text with variables still in it stays as it is. */
export const oneAsListIfKnown: Expand = (value, context) =>
  context.strict ? oneAsList(value, context) : value;

/** The same as `oneAsList`; what is empty, perhaps for a variable that is not set, does not count. */
export const withoutEmpty: Expand = (value, context) => {
  const list = oneAsList(value, context);
  return Array.isArray(list) && list.includes('') ? list.filter((entry) => entry !== '') : list;
};

/** A set of texts: a union when merged, in order. */
export function names(): Attribute {
  return { kind: 'texts', identity: byName };
}

/** A list of texts that also may be written as one text. */
export function oneOrMore(rules: Partial<Attribute> = {}): Attribute {
  return { kind: 'texts', merge: 'byKey', identity: byName, expand: oneAsList, ...rules };
}

/** A list of texts that appends. */
export function texts(rules: Partial<Attribute> = {}): Attribute {
  return { kind: 'texts', ...rules };
}

/** Text to text, as mapping or as list of `KEY=value`. */
export function labels(): Attribute {
  return { kind: 'mapping', merge: 'byKey', identity: byName };
}

/** The same, but a name may stand without a value. */
export function variables(): Attribute {
  return { kind: 'nullableMapping', merge: 'byKey', identity: byName };
}

export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isTree(value)) return 'a mapping';
  return typeof value === 'string'
    ? 'a string'
    : typeof value === 'number'
      ? 'a number'
      : `a ${typeof value}`;
}
