import type { Content, Entry } from './content.ts';

/** What one container is to get. */
export interface Transfer {
  /** Paths that go, none of them below another. */
  readonly remove: readonly string[];
  /** Folders before what is in them. */
  readonly put: readonly Entry[];
}

/**
 * What brings a container up to date: what it has already is not sent again.
 * @param has prints of what was sent to it, by path
 */
export function transferOf(contents: readonly Content[], has: ReadonlyMap<string, string>): Transfer {
  const gone: string[] = [];
  const put: Entry[] = [];
  for (const content of contents) {
    const known = has.get(content.container);
    if (known === content.print) continue;
    if (content.kind === 'gone') gone.push(content.container);
    else {
      put.push(content);
      if (known !== undefined && replaces(known, content)) gone.push(content.container);
    }
  }
  return { remove: topmost(gone), put: put.sort((a, b) => (a.container < b.container ? -1 : 1)) };
}

/** A folder in the place of a file, or the other way round: not every engine does that by itself. */
function replaces(known: string, { kind }: Entry): boolean {
  return known !== '-' && known.startsWith('directory') !== (kind === 'directory');
}

/** Without paths that lie below another one. */
export function topmost(paths: readonly string[]): readonly string[] {
  const all = new Set(paths);
  return [...all].sort().filter((path) => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      if (all.has(path.slice(0, at))) return false;
    }
    return true;
  });
}

export function isEmpty({ remove, put }: Transfer): boolean {
  return remove.length + put.length === 0;
}

/** Parts of a long list, so that neither memory nor a command line is overrun. */
export function* parts<T>(items: readonly T[], most: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += most) yield items.slice(at, at + most);
}
