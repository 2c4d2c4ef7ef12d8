import { stat } from 'node:fs/promises';
import type { FSWatcher } from 'chokidar';
import { dirname, joinPath } from '../util/path.ts';
import type { Scope } from './tree.ts';

export interface Notified {
  /** Something may have happened at a path. */
  readonly changed: (path: string) => void;
  /** Once for each kind of error; the rest is watched. */
  readonly failed: (error: Error) => void;
}

/**
 * Tells where something happens below paths. Only folders are watched: the system tells of what is in them by name,
 * so that ten thousand files cost no more than the folders that hold them.
 */
export class Notifier {
  readonly #watcher: FSWatcher;
  readonly #roots = new Set<string>();

  private constructor(watcher: FSWatcher) {
    this.#watcher = watcher;
  }

  /** Resolves when everything from now on is told. @param paths absolute; they need not exist */
  static async open(paths: readonly string[], scope: Scope, told: Notified): Promise<Notifier> {
    const { watch } = await import('chokidar');
    const watcher = watch([], {
      ...{ ignoreInitial: true, followSymlinks: false, atomic: false, persistent: true },
      // Folders that we may not read hold nothing that we could copy.
      ignorePermissionErrors: true,
      ignored: (path, stats) => !scope.mayHaveBelow(path) || (stats !== undefined && !stats.isDirectory()),
    });
    const self = new Notifier(watcher);
    const ready = new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
    watcher.on('raw', (_event, name, details: unknown) => {
      const folder = folderOf(details);
      if (folder === undefined) return;
      told.changed(folder);
      if (typeof name === 'string' && name !== '') told.changed(joinPath(folder, name));
    });
    watcher.on('addDir', (path) => told.changed(path));
    watcher.on('unlinkDir', (path) => {
      self.#roots.delete(path);
      told.changed(path);
    });
    const seen = new Set<string>();
    watcher.on('error', (error) => {
      // A limit of the system is met at every folder from then on.
      const kind = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      if (!seen.has(kind)) told.failed(error instanceof Error ? error : new Error(String(error)));
      seen.add(kind);
    });
    await self.cover(paths);
    await ready;
    return self;
  }

  /** Sees to it that paths are watched: themselves, or the nearest folder above them that there is. */
  async cover(paths: readonly string[]): Promise<void> {
    const wanted = new Set(await Promise.all(paths.map(nearestFolder)));
    const fresh = [...wanted].filter((root) => !this.#roots.has(root));
    for (const root of fresh) this.#roots.add(root);
    if (fresh.length > 0) this.#watcher.add(fresh);
  }

  async close(): Promise<void> {
    await this.#watcher.close();
  }
}

async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() || path === '/') return path;
  return await nearestFolder(dirname(path));
}

function folderOf(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return undefined;
  return typeof details.watchedPath === 'string' ? details.watchedPath : undefined;
}
