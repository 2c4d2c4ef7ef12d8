import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Pack } from 'tar-stream';
import type { FileEntry, FileTree } from '../../engine/build-request.ts';
import { put, putContent, type TarHeader } from '../archive/entries.ts';
import type { Ignore } from './ignore.ts';

/**
 * The tar of a context, made while it is read. Files go through one after another, so memory stays small however
 * large it is. Owners are root and order is by name, so that the same files give the same tar.
 * @param dockerfile within the tree: it stays even if the rules name it
 * @param added a file that is not in the tree
 */
export async function archiveOf(
  tree: FileTree,
  ignore: Ignore,
  dockerfile: string | undefined,
  added: { readonly name: string; readonly content: string } | undefined,
): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  const kept = [dockerfile, ignore.file].flatMap((path) => (path === undefined ? [] : [`!${path}`]));
  const lines = ignore.lines.length === 0 ? [] : [...ignore.lines, ...kept];
  fill(tar, tree, lines, added).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(tar, { objectMode: false });
}

async function fill(
  tar: Pack,
  tree: FileTree,
  exclude: readonly string[],
  added: { readonly name: string; readonly content: string } | undefined,
): Promise<void> {
  if (added !== undefined) {
    const size = Buffer.byteLength(added.content);
    await put(tar, { name: added.name, mode: 0o644, size }, added.content);
  }
  for await (const entry of tree.entries({ exclude })) {
    const header = headerOf(entry);
    if (header.type !== 'file') await put(tar, header);
    else await putContent(tar, { ...header, size: entry.size }, tree.read(entry.path));
  }
}

const types: Readonly<Record<number, NonNullable<TarHeader['type']>>> = {
  [0o040000]: 'directory',
  [0o120000]: 'symlink',
  [0o060000]: 'block-device',
  [0o020000]: 'character-device',
  [0o010000]: 'fifo',
};

function headerOf({ path, mode, mtime, link, device }: FileEntry): TarHeader {
  const type = types[mode & 0o170000] ?? (link === undefined ? 'file' : 'link');
  return {
    ...{ name: path, type, mode: mode & 0o7777, mtime: new Date(Number(mtime / 1_000_000n)), uid: 0, gid: 0 },
    ...(link !== undefined && { linkname: type === 'link' ? join(link) : link }),
    ...(device !== undefined && { devmajor: device.major, devminor: device.minor }),
  };
}
