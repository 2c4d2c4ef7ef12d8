import { Readable } from 'node:stream';
import type { Pack } from 'tar-stream';
import { putFile, type TarHeader } from '../execute/archive/entries.ts';
import type { Entry } from './content.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A tar with the entries at their places from the root on; missing folders are made by the engine.
 * @param owner in place of the owners that they have here
 * @returns bytes, or a stream that is read once if something in it is large
 */
export async function archiveOf(
  entries: readonly Entry[],
  owner: Owner | undefined,
): Promise<Readable | Uint8Array> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  fill(tar, entries, owner).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  const stream = Readable.from(tar, { objectMode: false });
  if (entries.some((entry) => 'path' in entry)) return stream;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function fill(tar: Pack, entries: readonly Entry[], owner: Owner | undefined): Promise<void> {
  for (const entry of entries) {
    const { container, mode, mtime, uid, gid } = entry;
    const header = { name: container.replace(/^\/+/, ''), mode, mtime, ...(owner ?? { uid, gid }) };
    if (entry.kind === 'directory') await put(tar, { ...header, type: 'directory' });
    else if (entry.kind === 'link') await put(tar, { ...header, type: 'symlink', linkname: entry.leadsTo });
    else if ('bytes' in entry) await put(tar, { ...header, type: 'file' }, entry.bytes);
    else await putFile(tar, { ...header, size: entry.size }, entry.path);
  }
}

function put(tar: Pack, header: TarHeader, content: Uint8Array = new Uint8Array()): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header, Buffer.from(content), (error) => (error ? reject(error) : resolve()));
  });
}
