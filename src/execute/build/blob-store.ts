import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore, BlobWriter } from '../../engine/build-request.ts';

const pieceSize = 256 * 1024;
const tag = 'org.opencontainers.image.ref.name';

/** Descriptor of a manifest in an index, with its tag. */
interface Descriptor {
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A folder in the layout of OCI images: `blobs/sha256/HEX` and an index that names what belongs together. */
export function blobFolder(folder: string): BlobStore {
  const pathOf = (digest: string) => {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    return hex === undefined ? undefined : join(folder, 'blobs', 'sha256', hex);
  };
  return {
    size: async (digest) => {
      const path = pathOf(digest);
      return path === undefined ? undefined : (await stat(path).catch(() => undefined))?.size;
    },
    read: (digest, offset, size) => piecesOf(pathOf(digest) ?? digest, offset, size),
    write: () => openWriter(folder, (digest) => pathOf(digest)!),
    finish: async (text) => {
      const descriptor: Descriptor = JSON.parse(text);
      const latest = { ...descriptor, annotations: { ...descriptor.annotations, [tag]: 'latest' } };
      const others = (await readIndex(folder)).filter(({ annotations }) => annotations?.[tag] !== 'latest');
      const index = { schemaVersion: 2, manifests: [...others, latest] };
      const draft = join(folder, `.index-${randomBytes(4).toString('hex')}`);
      await writeFile(draft, JSON.stringify(index));
      await rename(draft, join(folder, 'index.json'));
      await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    },
  };
}

/** Digest of the cache that a folder holds under a tag; undefined if there is none. */
export async function cacheDigest(folder: string, name = 'latest'): Promise<string | undefined> {
  return (await readIndex(folder)).find(({ annotations }) => annotations?.[tag] === name)?.digest;
}

async function readIndex(folder: string): Promise<readonly Descriptor[]> {
  const text = await readFile(join(folder, 'index.json'), 'utf8').catch(() => '{}');
  const { manifests = [] }: { readonly manifests?: readonly Descriptor[] } = JSON.parse(text);
  return manifests;
}

async function* piecesOf(path: string, offset: number, size: number): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(Math.min(pieceSize, Math.max(size, 1)));
    for (let at = offset; at < offset + size; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, offset + size - at), at);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** The blob gets its name only when it is whole. */
async function openWriter(folder: string, pathOf: (digest: string) => string): Promise<BlobWriter> {
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  const draft = join(folder, `.blob-${randomBytes(8).toString('hex')}`);
  const file = await open(draft, 'wx');
  const hash = createHash('sha256');
  const abort = async () => {
    await file.close();
    await rm(draft, { force: true });
  };
  return {
    abort,
    append: async (data) => {
      hash.update(data);
      await file.writeFile(data);
    },
    commit: async (expected) => {
      const digest = `sha256:${hash.digest('hex')}`;
      if (expected !== '' && expected !== digest) {
        await abort();
        throw new Error(`content is ${digest}, not ${expected}`);
      }
      await file.close();
      await rename(draft, pathOf(digest));
      return digest;
    },
  };
}
