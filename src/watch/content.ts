import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import type { Copy } from './decide.ts';
import { atLeisure } from './leisure.ts';

/** What a path holds now, as far as containers are concerned. */
export type Content = Gone | Entry;

export interface Gone {
  readonly kind: 'gone';
  readonly container: string;
  readonly print: '-';
}

interface Shared {
  readonly container: string;
  /** The same print means the same content, kind and rights. */
  readonly print: string;
  /** Permission bits. */
  readonly mode: number;
  readonly mtime: Date;
  readonly uid: number;
  readonly gid: number;
}

export type Entry =
  | (Shared & { readonly kind: 'directory' })
  | (Shared & { readonly kind: 'link'; readonly leadsTo: string })
  | (Shared & { readonly kind: 'file'; readonly size: number; readonly bytes: Uint8Array })
  /** Too large to be kept in memory: read again when it is sent. */
  | (Shared & { readonly kind: 'file'; readonly size: number; readonly path: string });

/** Files above this size are never held in memory: some hundred of the others are at once. */
const large = 256 * 1024;

/**
 * Reads what is at paths now, in the order given. What is neither file, folder nor link is left out.
 * @param unreadable told what can't be read, which is left out too
 */
export async function contentsOf(
  copies: readonly Copy[],
  unreadable: (path: string, error: unknown) => void,
): Promise<readonly Content[]> {
  const found: (Content | LargeFile | undefined)[] = [];
  await atLeisure(small(copies, found, unreadable));
  const all = await Promise.all(
    found.map(async (one) => {
      if (!isLarge(one)) return one;
      return await hashed(one).catch((error: unknown) => unreadable(one.path, error));
    }),
  );
  return all.flatMap((one) => one ?? []);
}

function* small(
  copies: readonly Copy[],
  found: (Content | LargeFile | undefined)[],
  unreadable: (path: string, error: unknown) => void,
): Generator<void> {
  for (const { host, container } of copies) {
    yield;
    try {
      found.push(missingIsGone(container, () => entryOf(host, container, lstatSync(host))));
    } catch (error) {
      unreadable(host, error);
    }
  }
}

/** A large file whose print is yet to be made. */
type LargeFile = Omit<Extract<Entry, { readonly path: string }>, 'print'> & { readonly print: undefined };

function isLarge(one: Content | LargeFile | undefined): one is LargeFile {
  return one !== undefined && one.print === undefined;
}

async function hashed(file: LargeFile): Promise<Content> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file.path)) hash.update(chunk);
  } catch (error) {
    return goneOr(error, file.container);
  }
  return { ...file, print: `file ${file.mode} ${hash.digest('base64')}` };
}

function entryOf(host: string, container: string, stats: Stats): Entry | LargeFile | undefined {
  const { mtime, uid, gid, size } = stats;
  const mode = stats.mode & 0o7777;
  const shared = { container, mode, mtime, uid, gid };
  if (stats.isDirectory()) return { ...shared, kind: 'directory', print: `directory ${mode}` };
  if (stats.isSymbolicLink()) {
    const leadsTo = readlinkSync(host);
    return { ...shared, kind: 'link', leadsTo, print: `link ${leadsTo}` };
  }
  if (!stats.isFile()) return undefined;
  if (size > large) return { ...shared, kind: 'file', size, path: host, print: undefined };
  const bytes = readFileSync(host);
  const print = `file ${mode} ${createHash('sha256').update(bytes).digest('base64')}`;
  return { ...shared, kind: 'file', size: bytes.length, bytes, print };
}

/** Whether a large file is still the one that was hashed. */
export function isUnchanged(path: string, { size, mtime }: Pick<Stats, 'size' | 'mtime'>): boolean {
  const now = lstatSync(path, { throwIfNoEntry: false });
  return now?.size === size && now.mtime.getTime() === mtime.getTime();
}

function missingIsGone<T>(container: string, look: () => T): T | Gone {
  try {
    return look();
  } catch (error) {
    return goneOr(error, container);
  }
}

/** @throws what is another error */
function goneOr(error: unknown, container: string): Gone {
  const missing =
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
  if (missing) return { kind: 'gone', container, print: '-' };
  throw error;
}
