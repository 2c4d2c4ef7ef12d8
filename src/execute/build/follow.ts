import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';

/**
 * The patterns that reach the given paths and, where a part of one is a symbolic link, what it leads to. A link
 * that leaves the root is taken as if the root were `/`.
 */
export async function followLinks(root: string, paths: readonly string[]): Promise<string[]> {
  const search = { root, found: new Set<string>(), visited: new Set<string>() };
  for (const path of paths) await follow(search, clean(path));
  return [...search.found].sort();
}

interface Search {
  readonly root: string;
  readonly found: Set<string>;
  /** Links may lead in a circle. */
  readonly visited: Set<string>;
}

async function follow(search: Search, path: string): Promise<void> {
  const { root, found, visited } = search;
  if (visited.has(path)) return;
  visited.add(path);
  const parts = path.split('/');
  for (const [i, part] of parts.entries()) {
    const before = parts.slice(0, i).join('/');
    const rest = parts.slice(i + 1).join('/');
    const isGlob = /[*?[\\]/.test(part);
    for (const name of isGlob ? await matching(root, before, part) : [part]) {
      const here = posix.join(before, name);
      const target = await targetOf(root, here);
      if (target === undefined) continue;
      found.add(here);
      await follow(search, clean(posix.join(target, rest)));
      if (!isGlob) return;
    }
  }
  found.add(path);
}

function clean(path: string): string {
  const normal = posix.join('/', path).slice(1).replace(/\/$/, '');
  return normal === '' ? '.' : normal;
}

/** Where a link leads, from the root; undefined if the path is none. */
async function targetOf(root: string, path: string): Promise<string | undefined> {
  const stat = await lstat(join(root, path)).catch(() => undefined);
  if (stat?.isSymbolicLink() !== true) return undefined;
  const target = await readlink(join(root, path));
  return target.startsWith('/') ? target : posix.join('/', posix.dirname(path), target);
}

async function matching(root: string, folder: string, glob: string): Promise<string[]> {
  const names = await readdir(join(root, folder)).catch(() => []);
  const expression = new RegExp(
    `^${glob
      .replace(/[.+^${}()|]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  return names.filter((name) => expression.test(name));
}
