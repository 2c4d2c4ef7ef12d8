import type { Origin, Origins } from '../yaml/origins.ts';
import { isTree } from '../yaml/tree.ts';

/**
 * The origins of a model path such as `services.web.ports[0]`, the latest last. Keys may hold dots. For what
 * was not written anywhere, the origins of the nearest container that was.
 */
export function originsAt(tree: unknown, path: string, origins: Origins): readonly Origin[] {
  let container: unknown = tree;
  let rest = path;
  let found: readonly Origin[] = [];
  while (rest !== '') {
    const key = firstKey(container, rest);
    if (key === undefined) return found;
    const here = origins.of(container, key);
    if (here.length > 0) found = here;
    if (Array.isArray(container)) {
      container = container[Number(key)];
      rest = rest.slice(key.length + 2);
    } else {
      container = isTree(container) ? container[key] : undefined;
      rest = rest.slice(key.length);
    }
    if (rest.startsWith('.')) rest = rest.slice(1);
  }
  return found;
}

/** The longest key of the container that the path starts with. */
export function firstKey(container: unknown, path: string): string | undefined {
  if (Array.isArray(container)) return /^\[([0-9]+)\]/.exec(path)?.[1];
  if (!isTree(container)) return undefined;
  const fits = (key: string): boolean =>
    path === key || (path.startsWith(key) && (path[key.length] === '.' || path[key.length] === '['));
  return Object.keys(container)
    .filter(fits)
    .sort((a, b) => b.length - a.length)[0];
}
