import { createReadStream } from 'node:fs';
import type { Pack } from 'tar-stream';
import { drained } from '../../util/drained.ts';

export type TarHeader = Parameters<Pack['entry']>[0];

/** Adds an entry without content, or with a small one. */
export function put(tar: Pack, header: TarHeader, content = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });
}

/** Copies a file in. */
export async function putFile(
  tar: Pack,
  header: TarHeader & { readonly size: number },
  path: string,
): Promise<void> {
  const content = header.size === 0 ? [] : createReadStream(path, { end: header.size - 1 });
  await putContent(tar, header, content);
}

/** Copies content in; one that shrinks or grows meanwhile still fills the size that its header says. */
export async function putContent(
  tar: Pack,
  header: TarHeader & { readonly size: number },
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  let left = header.size;
  const fillEntry = async (entry: ReturnType<Pack['entry']>): Promise<void> => {
    const write = async (chunk: Uint8Array): Promise<void> => {
      left -= chunk.length;
      if (entry.write(chunk)) return;
      if (!entry.destroyed) await drained(entry);
      // Nobody reads the archive any more.
      if (entry.destroyed) throw new Error('the archive was given up');
    };
    if (left > 0) {
      // The entry may keep a piece while the next one is read into the same memory.
      for await (const chunk of content) if (left > 0) await write(Buffer.from(chunk.subarray(0, left)));
      while (left > 0) await write(new Uint8Array(Math.min(left, 65_536)));
    }
    entry.end(null);
  };
  await new Promise<void>((resolve, reject) => {
    const entry = tar.entry(header, (error) => (error ? reject(error) : resolve()));
    fillEntry(entry).catch(reject);
  });
}
