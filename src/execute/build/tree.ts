import { createHash } from 'node:crypto';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import type { FileEntry, FileTree } from '../../engine/build-request.ts';
import { followLinks } from './follow.ts';
import { type Selection, selection } from './patterns.ts';

/** The files of a folder. They are read when asked for: nothing is kept. @param folder an absolute path */
export function folderTree(folder: string): FileTree {
  return {
    key: createHash('sha256').update(`${hostname()}\0${folder}`).digest('hex'),
    entries: async function* ({ follow = [], ...filter }) {
      const include = [...(filter.include ?? []), ...(await followLinks(folder, follow))];
      yield* below(new Walk(folder, await selection({ ...filter, include })), '', []);
    },
    read: (path) => contentOf(join(folder, path)),
  };
}

/** A tree of texts, such as a Dockerfile that stands in a compose file. */
export function textTree(texts: Readonly<Record<string, string>>): FileTree {
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  // An engine that has a file of the same size and time takes it for the same: the time stands for the content.
  const mtime = BigInt(`0x${hash.slice(0, 12)}`);
  return {
    key: hash,
    entries: async function* (filter) {
      const wanted = await selection({
        ...filter,
        include: [...(filter.include ?? []), ...(filter.follow ?? [])],
      });
      for (const [path, text] of Object.entries(texts).sort()) {
        if (wanted.has(path)) yield { path, mode: 0o100644, size: Buffer.byteLength(text), mtime };
      }
    },
    read: async function* (path) {
      yield Buffer.from(texts[path] ?? '');
    },
  };
}

class Walk {
  readonly root: string;
  readonly wanted: Selection;
  /** Paths of files with several names, by device and inode. */
  readonly first = new Map<string, string>();
  constructor(root: string, wanted: Selection) {
    this.root = root;
    this.wanted = wanted;
  }
}

/**
 * @param pending folders above that are not wanted themselves: they are told before the first entry that is, then
 * the list is emptied
 */
async function* below(walk: Walk, folder: string, pending: FileEntry[]): AsyncGenerator<FileEntry> {
  const names = await failing(join(walk.root, folder), readdir(join(walk.root, folder)));
  const entries = await Promise.all(
    names
      .map((name) => (folder === '' ? name : `${folder}/${name}`))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map((path) => entryOf(walk, path)),
  );
  for (const entry of entries) {
    if (entry === undefined) continue;
    const has = walk.wanted.has(entry.path);
    if (has) {
      yield* pending.splice(0);
      yield linked(walk, entry);
    }
    if (!isFolder(entry.entry) || !walk.wanted.mayHaveBelow(entry.path)) continue;
    const above = has ? [] : [...pending, entry.entry];
    yield* below(walk, entry.path, above);
    if (!has && above.length === 0) pending.length = 0;
  }
}

interface Seen {
  readonly path: string;
  readonly entry: FileEntry;
  /** Set for a file with several names. */
  readonly inode?: string;
}

/** undefined for what no build can hold, or what has gone meanwhile. */
async function entryOf({ root, wanted }: Walk, path: string): Promise<Seen | undefined> {
  const full = join(root, path);
  const stat = await lstat(full, { bigint: true }).catch(() => undefined);
  if (stat === undefined || stat.isSocket()) return undefined;
  const facts = { path, mode: Number(stat.mode), mtime: stat.mtimeNs };
  if (stat.isSymbolicLink()) {
    return { path, entry: { ...facts, size: 0, link: wanted.has(path) ? await readlink(full) : '' } };
  }
  if (stat.isFile()) {
    const several = stat.nlink > 1n ? { inode: `${stat.dev}:${stat.ino}` } : {};
    return { path, entry: { ...facts, size: Number(stat.size) }, ...several };
  }
  if (!stat.isCharacterDevice() && !stat.isBlockDevice()) return { path, entry: { ...facts, size: 0 } };
  const number = Number(stat.rdev);
  const device = { major: (number >> 8) & 0xfff, minor: (number & 0xff) | ((number >> 12) & 0xfff00) };
  return { path, entry: { ...facts, size: 0, device } };
}

/** A second name of a file becomes a link to the first one. */
function linked({ first }: Walk, { path, entry, inode }: Seen): FileEntry {
  if (inode === undefined) return entry;
  const link = first.get(inode);
  if (link !== undefined) return { ...entry, size: 0, link };
  first.set(inode, path);
  return entry;
}

export function isFolder({ mode }: FileEntry): boolean {
  return (mode & 0o170000) === 0o040000;
}

/** Most files are small: room for more is only made for those that need it. */
const firstChunk = 16 * 1024;
const nextChunks = 256 * 1024;

async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await failing(path, open(path));
  try {
    let buffer = Buffer.allocUnsafe(firstChunk);
    for (;;) {
      const { bytesRead } = await failing(path, file.read(buffer, 0, buffer.length));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      if (bytesRead === firstChunk) buffer = Buffer.allocUnsafe(nextChunks);
    }
  } finally {
    await file.close();
  }
}

async function failing<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const words = { EACCES: 'permission denied', ENOENT: 'it is gone', EISDIR: 'it is a folder now' };
    throw new UserError(
      'context-unreadable',
      `can't read ${path} of the build context: ${words[reason as keyof typeof words] ?? reason}`,
      { hint: 'let it be read, or name it in .dockerignore', cause },
    );
  }
}
