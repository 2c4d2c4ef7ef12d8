import { PassThrough, type Readable } from 'node:stream';

/** What came on standard input: an archive of the whole context, or a Dockerfile alone. */
export type Input = { readonly archive: Readable } | { readonly dockerfile: string };

/** Bytes after which an archive can be told from a text. */
const headSize = 1024;

/** Looks at the first bytes of a context from standard input. @returns the stream from its begin */
export async function readInput(stream: Readable): Promise<Input> {
  const chunks: Buffer[] = [];
  let length = 0;
  const iterator: AsyncIterator<unknown> = stream[Symbol.asyncIterator]();
  let over = false;
  while (length < headSize && !over) {
    const { value, done } = await iterator.next();
    over = done === true;
    if (Buffer.isBuffer(value)) {
      chunks.push(value);
      length += value.length;
    }
  }
  const head = Buffer.concat(chunks);
  if (!isArchive(head)) {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      if (Buffer.isBuffer(next.value)) chunks.push(next.value);
    }
    return { dockerfile: Buffer.concat(chunks).toString('utf8') };
  }
  const archive = new PassThrough();
  (async () => {
    archive.write(head);
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      if (!archive.write(next.value)) await new Promise((resolve) => archive.once('drain', resolve));
    }
    archive.end();
  })().catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  return { archive };
}

/** gzip, bzip2, xz, zstd, or a tar by its magic. */
function isArchive(head: Buffer): boolean {
  const starts = ['1f8b', '425a68', 'fd377a585a00', '28b52ffd'];
  const hex = head.subarray(0, 6).toString('hex');
  return starts.some((start) => hex.startsWith(start)) || head.subarray(257, 262).toString() === 'ustar';
}
