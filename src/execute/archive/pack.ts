import type { Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Pack } from 'tar-stream';
import { put, putFile } from './entries.ts';

export interface PackWish {
  /** A path of this machine: a file, a folder, or a link. */
  readonly path: string;
  /** Its name in the archive; '' for what a folder holds. */
  readonly name: string;
  /** A link at the path itself stands for what it leads to. Links below stay links. */
  readonly follow: boolean;
}

/** A path as a tar stream that is made while it is read. Owners, modes and times are kept; sockets are left out. */
export async function packPath({ path, name, follow }: PackWish): Promise<Readable> {
  const facts = follow ? await stat(path) : await lstat(path);
  const { pack } = await import('tar-stream');
  const tar = pack();
  add(tar, path, name, facts).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(tar, { objectMode: false });
}

async function add(tar: Pack, path: string, name: string, stats: Stats): Promise<void> {
  const { mode, mtime, uid, gid, size } = stats;
  const header = { name, mode: mode & 0o7777, mtime, uid, gid };
  if (stats.isDirectory()) {
    if (name !== '') await put(tar, { ...header, type: 'directory' });
    for (const child of (await readdir(path)).sort()) {
      const at = join(path, child);
      await add(tar, at, name === '' ? child : `${name}/${child}`, await lstat(at));
    }
  } else if (stats.isSymbolicLink()) {
    await put(tar, { ...header, type: 'symlink', linkname: await readlink(path) });
  } else if (stats.isFile()) {
    await putFile(tar, { ...header, size }, path);
  } else if (stats.isFIFO()) {
    await put(tar, { ...header, type: 'fifo' });
  }
}
