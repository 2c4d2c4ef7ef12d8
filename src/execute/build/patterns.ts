import type { FileFilter } from '../../engine/build-request.ts';

/** Which paths of a tree are wanted. */
export interface Selection {
  has(path: string): boolean;
  /** Whether something below a folder may be wanted, so that it has to be walked. */
  mayHaveBelow(folder: string): boolean;
}

/** The paths that a filter lets through. `follow` must have been resolved to `include` already. */
export async function selection({ include = [], exclude = [] }: FileFilter): Promise<Selection> {
  const everything = include.length === 0 || include.includes('.');
  const [included, excluded] = await Promise.all([rules(include), rules(exclude)]);
  const back = exclude.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  return {
    has: (path) => (everything || included(path)) && !excluded(path),
    mayHaveBelow: (folder) =>
      (everything || included(folder) || include.some((one) => leadsBelow(one, folder))) &&
      (!excluded(folder) || back.some((one) => leadsBelow(one, folder))),
  };
}

/** Docker's own rules: `*`, `**`, `?`, `!`, later lines win, a folder stands for what is in it. */
async function rules(lines: readonly string[]): Promise<(path: string) => boolean> {
  if (lines.length === 0) return () => false;
  const { default: dockerignore } = await import('@balena/dockerignore');
  const matcher = dockerignore.default({ ignorecase: false }).add([...lines]);
  return (path) => matcher.ignores(path);
}

/** Whether a pattern could match something in a folder. Says yes where only a closer look could tell. */
export function leadsBelow(pattern: string, folder: string): boolean {
  const wanted = pattern
    .trim()
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  for (const [i, name] of folder.split('/').entries()) {
    const part = wanted[i];
    // The folder, or one above it, is what the pattern names: what is in it counts too.
    if (part === undefined || part === '**') return true;
    if (!/[*?[\\]/.test(part) && part !== name) return false;
  }
  return true;
}

/** The lines of an ignore file that are rules. */
export function ignoreLines(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '!');
}
