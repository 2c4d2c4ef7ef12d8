/** Where keys and items were written: beside the values, so that these stay plain. */
export class Origins {
  readonly #offsets = new WeakMap<object, Map<string, number>>();

  add(owner: object, key: string, offset: number): void {
    let offsets = this.#offsets.get(owner);
    if (offsets === undefined) {
      offsets = new Map();
      this.#offsets.set(owner, offsets);
    }
    offsets.set(key, offset);
  }

  offsetOf(owner: object, key: string): number | undefined {
    return this.#offsets.get(owner)?.get(key);
  }
}

/** Line and column, both from 1, of an offset in a text. */
export function positionOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/**
 * Offset of the deepest part of a path that the value has, for example `['services', 'web', 'ports', '0']`.
 * @returns undefined if not even the first part is there
 */
export function locateIn(
  origins: Origins,
  root: unknown,
  path: readonly string[],
): { offset: number; depth: number } | undefined {
  let node: unknown = root;
  let found: { offset: number; depth: number } | undefined;
  for (const [depth, key] of path.entries()) {
    if (typeof node !== 'object' || node === null) break;
    const offset = origins.offsetOf(node, key);
    if (offset === undefined) break;
    found = { offset, depth: depth + 1 };
    node = (node as Record<string, unknown>)[key];
  }
  return found;
}
