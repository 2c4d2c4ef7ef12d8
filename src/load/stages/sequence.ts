import type { Origins } from '../../yaml/origins.ts';
import { goFloat } from '../../yaml/scalar.ts';
import { isTree, setKey, type Tree } from '../../yaml/tree.ts';

/** A scalar as Go prints it. */
export function scalarText(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : goFloat(value);
  return String(value);
}

/** A mapping as a list of `key=value`; a text as a list of one. */
export function toSequence(value: unknown, origins: Origins): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [value];
  if (!isTree(value)) return [];
  const sequence: unknown[] = [];
  for (const [key, entry] of Object.entries(value)) {
    for (const one of Array.isArray(entry) ? entry : [entry]) {
      origins.set(sequence, sequence.length, origins.of(value, key));
      sequence.push(one === null ? key : `${key}=${scalarText(one)}`);
    }
  }
  return sequence;
}

/** A list of names as a mapping. */
export function toMapping(value: unknown, entryOf: (name: string) => unknown, origins: Origins): unknown {
  if (!Array.isArray(value)) return value;
  const tree: Tree = {};
  for (const [i, name] of value.entries()) {
    if (typeof name !== 'string') continue;
    tree[name] = entryOf(name);
    origins.set(tree, name, origins.of(value, i));
  }
  return tree;
}

/** Two lists, one after the other. */
export function append(first: readonly unknown[], second: readonly unknown[], origins: Origins): unknown[] {
  const all = [...first, ...second];
  for (let i = 0; i < all.length; i++) {
    const from = i < first.length ? origins.of(first, i) : origins.of(second, i - first.length);
    origins.set(all, i, from);
  }
  return all;
}

/** A list of `key=value` as a mapping; a mapping as it is. */
export function toEntries(value: unknown, origins: Origins): Tree {
  if (isTree(value)) return value;
  const tree: Tree = {};
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [i, entry] of list.entries()) {
    const line = scalarText(entry);
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    setKey(tree, key, equals < 0 ? null : line.slice(equals + 1));
    origins.set(tree, key, origins.of(list, i));
  }
  return tree;
}
