import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BuildRequest } from '../../../src/engine/build-request.ts';
import { type Message, openCodec } from '../../../src/engine/buildkit/codec.ts';
import { GrpcError } from '../../../src/engine/buildkit/grpc/status.ts';
import {
  blobInfoResponse,
  blobReadResponse,
  blobRequest,
  blobWriteRequest,
  blobWriteResponse,
} from '../../../src/engine/buildkit/messages.ts';
import { blobHandlers } from '../../../src/engine/buildkit/services/blobs.ts';
import { blobFolder, cacheDigest } from '../../../src/execute/build/blob-store.ts';
import { withLocalCaches } from '../../../src/execute/build/local-cache.ts';

const codec = await openCodec();
const text = 'the content of a blob';
const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsbs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Calls a method as the engine does. */
async function ask(method: string, sent: readonly Uint8Array[], store = 'local:x'): Promise<Buffer[]> {
  const answers: Buffer[] = [];
  const queue = sent.map((one) => Buffer.from(one));
  const messages: AsyncIterableIterator<Buffer> = {
    next: async () => {
      const value = queue.shift();
      return value === undefined ? { value: undefined, done: true } : { value, done: false };
    },
    [Symbol.asyncIterator]: () => messages,
  };
  const handlers = blobHandlers(codec, { 'local:x': blobFolder(folder) });
  await handlers[`/containerd.services.content.v1.Content/${method}`]!({
    metadata: new Map([['buildkit-attachable-store-id', [store]]]),
    messages,
    send: async (...all) => {
      for (const one of all) answers.push(Buffer.from(one));
    },
  });
  return answers;
}

const write = (...requests: readonly Message<typeof blobWriteRequest>[]) =>
  ask(
    'Write',
    requests.map((one) => codec.encode(blobWriteRequest, one)),
  );
const data = Buffer.from(text);
const whole = [
  { action: 0, ref: 'r', total: data.length, expected: digest },
  { action: 1, data: data.subarray(0, 5), offset: 0 },
  { action: 1, data: data.subarray(5), offset: 5 },
  { action: 2, expected: digest, total: data.length, offset: data.length },
];

describe('blobs', () => {
  test('are written in pieces, told of, and read in part', async () => {
    const answers = (await write(...whole)).map((one) => codec.decode(blobWriteResponse, one));
    expect(answers.map(({ offset }) => offset)).toEqual([0, 5, data.length, data.length]);
    expect(answers.at(-1)?.digest).toBe(digest);
    const [info] = await ask('Info', [codec.encode(blobRequest, { digest })]);
    expect(codec.decode(blobInfoResponse, info!).info).toEqual({ digest, size: data.length });
    const [part] = await ask('Read', [codec.encode(blobRequest, { digest, offset: 4, size: 7 })]);
    expect(Buffer.from(codec.decode(blobReadResponse, part!).data!).toString()).toBe('content');
  });

  test('that lie about themselves are not kept', async () => {
    const other = `sha256:${'0'.repeat(64)}`;
    const lying = write({ action: 1, data }, { action: 2, expected: other });
    await expect(lying).rejects.toThrow(`content is ${digest}`);
    expect(readdirSync(join(folder, 'blobs/sha256'))).toEqual([]);
  });

  test('that are given up leave nothing', async () => {
    await write(whole[0]!, whole[1]!);
    expect(readdirSync(folder)).toEqual(['blobs']);
    expect(readdirSync(join(folder, 'blobs/sha256'))).toEqual([]);
  });

  test('that are there are not taken twice; that are not, are not found', async () => {
    await write(...whole);
    await expect(write(...whole)).rejects.toMatchObject({ code: 6 });
    const missing = ask('Info', [codec.encode(blobRequest, { digest: 'sha256:../../etc/passwd' })]);
    await expect(missing).rejects.toMatchObject({ code: 5 });
    await expect(ask('Info', [], 'local:y')).rejects.toBeInstanceOf(GrpcError);
  });
});

test('a cache is found again by its tag', async () => {
  const store = blobFolder(folder);
  await store.finish(JSON.stringify({ digest: 'sha256:1', size: 3, mediaType: 'm' }));
  await store.finish(JSON.stringify({ digest: 'sha256:2', size: 3, mediaType: 'm' }));
  expect(await cacheDigest(folder)).toBe('sha256:2');
  expect(JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')).manifests).toHaveLength(1);
});

test('caches on disk become stores; one that is not there yet is left out', async () => {
  await blobFolder(folder).finish(JSON.stringify({ digest: 'sha256:1' }));
  const wish = {
    cacheFrom: [
      { type: 'local', attributes: { src: folder } },
      { type: 'local', attributes: { src: 'none' } },
      { type: 'registry', attributes: { ref: 'x' } },
    ],
    cacheTo: [{ type: 'local', attributes: { dest: 'new', mode: 'max' } }],
  };
  const found: Pick<BuildRequest, 'cacheFrom' | 'cacheTo' | 'stores'> = await withLocalCaches(
    wish,
    '/project',
  );
  const { stores = {}, ...entries } = found;
  expect(entries).toEqual({
    cacheFrom: [
      { type: 'local', attributes: { src: folder, digest: 'sha256:1' } },
      { type: 'registry', attributes: { ref: 'x' } },
    ],
    cacheTo: [{ type: 'local', attributes: { dest: '/project/new', mode: 'max' } }],
  });
  expect(Object.keys(stores)).toEqual([`local:${folder}`, 'local:/project/new']);
});
