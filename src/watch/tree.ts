import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { atLeisure } from './leisure.ts';

export type Kind = 'file' | 'directory' | 'link' | 'other';

/** A path that is not as it was. */
export interface Change {
  readonly path: string;
  /** undefined: it has gone. */
  readonly now: Kind | undefined;
  /** undefined: it was not there. */
  readonly before: Kind | undefined;
}

/** Which paths count. */
export interface Scope {
  has(path: string): boolean;
  mayHaveBelow(folder: string): boolean;
}

interface Seen {
  readonly kind: Kind;
  /** Another one means that something about it has changed. */
  readonly mark: string;
}

/**
 * What was last seen at the paths of a scope. Told where something may have happened, it looks and says what is
 * different: what the system tells of events is only a reason to look.
 */
export class Tree {
  readonly #scope: Scope;
  readonly #seen = new Map<string, Seen>();
  readonly #names = new Map<string, Set<string>>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Looks at paths and into folders that are new; with `deep` into all folders. */
  async look(paths: Iterable<string>, { deep = false } = {}): Promise<readonly Change[]> {
    const changes = new Map<string, Change>();
    await atLeisure(this.#steps(new Set(paths), deep, changes));
    return [...changes.values()];
  }

  *#steps(paths: Iterable<string>, deep: boolean, changes: Map<string, Change>): Generator<void> {
    for (const path of paths) yield* this.#look(path, deep, changes);
  }

  /** Calls that do not wait: what is asked for lies in the system's memory, and one answer takes microseconds. */
  *#look(path: string, deep: boolean, changes: Map<string, Change>): Generator<void> {
    yield;
    const goesIn = this.#scope.mayHaveBelow(path);
    if (!goesIn && !this.#scope.has(path)) return;
    const stats = statsOf(path);
    const before = this.#seen.get(path);
    if (stats === undefined) {
      this.#forget(path, changes);
      return;
    }
    const kind = kindOf(stats);
    const mark = markOf(kind, stats);
    if (before !== undefined && (before.kind === 'directory') !== (kind === 'directory')) {
      this.#forget(path, changes);
    }
    this.#note(path, { kind, mark });
    if (before?.mark !== mark) tell(changes, { path, now: kind, before: before?.kind });
    if (kind !== 'directory' || !goesIn) return;
    if (deep || before?.kind !== 'directory') yield* this.#lookInto(path, changes);
  }

  *#lookInto(folder: string, changes: Map<string, Change>): Generator<void> {
    const present = new Set(namesIn(folder));
    for (const name of [...(this.#names.get(folder) ?? [])]) {
      if (!present.has(name)) this.#forget(inside(folder, name), changes);
    }
    for (const name of present) yield* this.#look(inside(folder, name), true, changes);
  }

  #note(path: string, seen: Seen): void {
    if (!this.#seen.has(path)) {
      const { folder, name } = placeOf(path);
      const names = this.#names.get(folder) ?? new Set();
      this.#names.set(folder, names.add(name));
    }
    this.#seen.set(path, seen);
  }

  #forget(path: string, changes: Map<string, Change>): void {
    const before = this.#seen.get(path);
    if (before === undefined) return;
    this.#seen.delete(path);
    const { folder, name } = placeOf(path);
    this.#names.get(folder)?.delete(name);
    tell(changes, { path, now: undefined, before: before.kind });
    for (const child of [...(this.#names.get(path) ?? [])]) this.#forget(inside(path, child), changes);
    this.#names.delete(path);
  }
}

/** Two steps of the same look are one change. */
function tell(changes: Map<string, Change>, change: Change): void {
  const first = changes.get(change.path);
  changes.set(change.path, first === undefined ? change : { ...change, before: first.before });
}

/** undefined for what is not there, or must not be seen. */
function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function kindOf(stats: Stats): Kind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/** Times of a folder change with what is in it, which is seen for itself. */
function markOf(kind: Kind, { ino, mtimeMs, ctimeMs, size, mode }: Stats): string {
  return kind === 'directory' ? `${kind} ${mode}` : `${ino} ${mtimeMs} ${ctimeMs} ${size} ${mode}`;
}

function inside(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

function placeOf(path: string): { folder: string; name: string } {
  const at = path.lastIndexOf('/');
  return { folder: at <= 0 ? '/' : path.slice(0, at), name: path.slice(at + 1) };
}
