import type { Reader } from '../load/request.ts';
import type { RemoteVersion } from '../model/remote.ts';
import type { FoundLock } from './lock.ts';
import type { Context } from './session.ts';

/** What was read, what of it comes from elsewhere, and the lock that says which version that has to be. */
export interface Read<R> {
  readonly loaded: R;
  readonly remotes: ReadonlyMap<string, RemoteVersion>;
  readonly lock: FoundLock;
}

export interface ReadingWish {
  /** Take the newest of what comes from elsewhere, whatever the lock says. */
  readonly renewRemotes?: boolean;
}

/** Loads from files of this machine, and from what they name elsewhere: in the version that the lock says. */
export async function readingFiles<R>(
  context: Context,
  load: (reader: Reader) => R,
  { renewRemotes = false }: ReadingWish = {},
): Promise<Read<R>> {
  const [{ createFileReader }, { loadWithRemotes }, { isRemote }, { lockAt, lockPath }, { registryWorld }] =
    await Promise.all([
      import('../source/files.ts'),
      import('../source/remotes.ts'),
      import('../load/files.ts'),
      import('./lock.ts'),
      import('./resolver.ts'),
    ]);
  const lock = lockAt(lockPath(context, isRemote));
  const { environment } = context.terminal;
  const world = registryWorld(context);
  const pinned = async (reference: string) =>
    renewRemotes ? undefined : (await lock.read())?.remotes[reference];
  const files = createFileReader(environment);
  const readText = (path: string): string => {
    const text = files.readText(path);
    context.terminal.reads?.(text.length);
    return text;
  };
  const read = await loadWithRemotes({ ...files, readText }, { environment, world, pinned }, load);
  return { ...read, lock };
}
