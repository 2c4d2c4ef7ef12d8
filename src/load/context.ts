import type { Attribute } from '../spec/attribute.ts';
import { below } from '../spec/attribute.ts';
import type { Origins } from '../yaml/origins.ts';
import { isTree, setKey, type Tree } from '../yaml/tree.ts';
import type { Problems } from './problems.ts';

/** What every stage needs beside the tree. */
export interface StageContext {
  readonly problems: Problems;
  readonly origins: Origins;
}

/** Where a value stands: its path in the model, and the container and key that hold it. */
export interface Spot {
  readonly path: string;
  readonly container: unknown;
  readonly key: string | number;
}

export const top: Spot = { path: '', container: undefined, key: '' };

export function pathBelow(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

export type Visit = (value: unknown, attribute: Attribute, spot: Spot) => unknown;

/**
 * Applies `visit` to everything directly below a mapping or list. Containers are copied only if something
 * in them changed, so shared anchors stay shared and untouched parts cost nothing. An entry for which
 * `visit` returns undefined is removed.
 */
export function mapBelow(
  container: unknown,
  attribute: Attribute,
  path: string,
  origins: Origins,
  visit: Visit,
): unknown {
  if (Array.isArray(container)) return mapList(container, attribute, path, origins, visit);
  return isTree(container) ? mapTree(container, attribute, path, origins, visit) : container;
}

function mapTree(tree: Tree, attribute: Attribute, path: string, origins: Origins, visit: Visit): Tree {
  let copy: Tree | undefined;
  for (const key of Object.keys(tree)) {
    const before = tree[key];
    const after = visit(before, below(attribute, key), { path: pathBelow(path, key), container: tree, key });
    if (after === before) continue;
    if (copy === undefined) {
      copy = { ...tree };
      origins.carry(tree, copy);
    }
    if (after === undefined) delete copy[key];
    else setKey(copy, key, after);
  }
  return copy ?? tree;
}

function mapList(
  items: readonly unknown[],
  attribute: Attribute,
  path: string,
  origins: Origins,
  visit: Visit,
): unknown {
  let copy: unknown[] | undefined;
  let removed = false;
  for (const [i, before] of items.entries()) {
    const after = visit(before, below(attribute, i), { path: pathBelow(path, i), container: items, key: i });
    if (after === before) continue;
    copy ??= [...items];
    copy[i] = after;
    removed ||= after === undefined;
  }
  if (copy === undefined) return items;
  const kept = removed ? copy.filter((item) => item !== undefined) : copy;
  if (!removed) {
    origins.carry(items, kept);
    return kept;
  }
  let at = 0;
  for (const [i, item] of copy.entries())
    if (item !== undefined) origins.set(kept, at++, origins.of(items, i));
  return kept;
}
