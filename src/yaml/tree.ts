import { OddScalar } from './scalar.ts';
import { Tagged } from './tagged.ts';

/** A mapping of a compose file. */
export type Tree = { [key: string]: unknown };

/** A mapping: no list, no scalar, nothing tagged. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLeaf(value);
}

function isLeaf(value: object): boolean {
  return value instanceof Tagged || value instanceof OddScalar;
}

/** Sets a key that may be named `__proto__`. */
export function setKey(tree: Tree, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(tree, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    tree[key] = value;
  }
}
