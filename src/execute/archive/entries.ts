import { createReadStream } from 'node:fs';
import type { Pack } from 'tar-stream';

export type TarHeader = Parameters<Pack['entry']>[0];

/** Adds an entry without content, or with a small one. */
export function put(tar: Pack, header: TarHeader, content = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });
}

/** Copies a file in; one that shrinks or grows meanwhile still fills the size that its header says. */
export async function putFile(
  tar: Pack,
  header: TarHeader & { readonly size: number },
  path: string,
): Promise<void> {
  let left = header.size;
  const fillEntry = async (entry: ReturnType<Pack['entry']>): Promise<void> => {
    const write = async (chunk: Uint8Array): Promise<void> => {
      left -= chunk.length;
      if (!entry.write(chunk)) await new Promise<void>((resolve) => entry.once('drain', () => resolve()));
    };
    if (left > 0) {
      for await (const chunk of createReadStream(path, { end: header.size - 1 })) await write(chunk);
      while (left > 0) await write(new Uint8Array(Math.min(left, 65_536)));
    }
    entry.end(null);
  };
  await new Promise<void>((resolve, reject) => {
    const entry = tar.entry(header, (error) => (error ? reject(error) : resolve()));
    fillEntry(entry).catch(reject);
  });
}
