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

/** Whether a value can be of interest; told quickly, so that most of a file is not visited at all. */
export type Relevant = (value: unknown, attribute: Attribute) => boolean;

const always: Relevant = () => true;

type Rule = 'expand' | 'identity' | 'fill' | 'path';

/** Whether the attribute, or something below it, has a rule. */
export function concerns(rule: Rule): Relevant {
  const known = new Map<Attribute, boolean>();
  const has = (attribute: Attribute): boolean => {
    const before = known.get(attribute);
    if (before !== undefined) return before;
    const { fields = {}, item } = attribute;
    const found =
      attribute[rule] !== undefined || (item !== undefined && has(item)) || Object.values(fields).some(has);
    known.set(attribute, found);
    return found;
  };
  return (value, attribute) => value !== null && value !== undefined && has(attribute);
}

/**
 * Applies `visit` to everything relevant directly below a mapping or list. Containers are copied only if
 * something in them changed, so shared anchors stay shared and untouched parts cost nothing. An entry for
 * which `visit` returns undefined is removed.
 */
export function mapBelow(
  container: unknown,
  attribute: Attribute,
  path: string,
  origins: Origins,
  visit: Visit,
  relevant: Relevant = always,
): unknown {
  if (Array.isArray(container)) return mapList(container, attribute, path, origins, visit, relevant);
  return isTree(container) ? mapTree(container, attribute, path, origins, visit, relevant) : container;
}

function mapTree(
  tree: Tree,
  attribute: Attribute,
  path: string,
  origins: Origins,
  visit: Visit,
  relevant: Relevant,
): Tree {
  let copy: Tree | undefined;
  for (const key of Object.keys(tree)) {
    const before = tree[key];
    const inner = below(attribute, key);
    if (!relevant(before, inner)) continue;
    const after = visit(before, inner, { path: pathBelow(path, key), container: tree, key });
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
  relevant: Relevant,
): unknown {
  let copy: unknown[] | undefined;
  let removed = false;
  for (const [i, before] of items.entries()) {
    const inner = below(attribute, i);
    if (!relevant(before, inner)) continue;
    const after = visit(before, inner, { path: pathBelow(path, i), container: items, key: i });
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
