import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { inParallel } from './parallel.ts';

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

/** Reads what is at paths now, in the order given. What is neither file, folder nor link is left out. */
export async function contentsOf(
  copies: readonly { readonly host: string; readonly container: string }[],
): Promise<readonly Content[]> {
  const found = new Map<string, Content>();
  await inParallel(copies, async ({ host, container }) => {
    const content = await contentOf(host, container);
    if (content !== undefined) found.set(container, content);
  });
  return copies.flatMap(({ container }) => found.get(container) ?? []);
}

async function contentOf(host: string, container: string): Promise<Content | undefined> {
  try {
    const stats = await lstat(host);
    return await entryOf(host, container, stats);
  } catch (error) {
    if (isMissing(error)) return { kind: 'gone', container, print: '-' };
    throw error;
  }
}

async function entryOf(host: string, container: string, stats: Stats): Promise<Entry | undefined> {
  const { mtime, uid, gid, size } = stats;
  const mode = stats.mode & 0o7777;
  const shared = { container, mode, mtime, uid, gid };
  if (stats.isDirectory()) return { ...shared, kind: 'directory', print: `directory ${mode}` };
  if (stats.isSymbolicLink()) {
    const leadsTo = await readlink(host);
    return { ...shared, kind: 'link', leadsTo, print: `link ${leadsTo}` };
  }
  if (!stats.isFile()) return undefined;
  if (size <= large) {
    const bytes = await readFile(host);
    const print = `file ${mode} ${createHash('sha256').update(bytes).digest('base64')}`;
    return { ...shared, kind: 'file', size: bytes.length, bytes, print };
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(host)) hash.update(chunk);
  return { ...shared, kind: 'file', size, path: host, print: `file ${mode} ${hash.digest('base64')}` };
}

/** Whether a large file is still the one that was hashed. */
export async function isUnchanged(
  path: string,
  { size, mtime }: Pick<Stats, 'size' | 'mtime'>,
): Promise<boolean> {
  const now = await lstat(path).catch(() => undefined);
  return now?.size === size && now.mtimeMs === mtime.getTime();
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
