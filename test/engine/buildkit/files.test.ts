import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/diagnostic/errors.ts';
import type { FileEntry, FileTree } from '../../../src/engine/build-request.ts';
import { type Message, openCodec } from '../../../src/engine/buildkit/codec.ts';
import { packet, packetType } from '../../../src/engine/buildkit/messages.ts';
import { fileHandlers } from '../../../src/engine/buildkit/services/files.ts';
import { Channel } from '../../support/channel.ts';

const codec = await openCodec();

const entries: FileEntry[] = [
  { path: 'd', mode: 0o040755, size: 0, mtime: 5n },
  { path: 'd/f', mode: 0o100644, size: 3, mtime: 6n },
  { path: 'd/g', mode: 0o100644, size: 0, mtime: 6n, link: 'd/f' },
  { path: 'l', mode: 0o120777, size: 0, mtime: 7n, link: 'd' },
];

function tree(read: FileTree['read']): FileTree {
  return {
    key: 'k',
    entries: async function* () {
      yield* entries;
    },
    read,
  };
}

/** Plays the engine: answers entries with requests. */
async function play(files: FileTree, wanted: readonly number[]) {
  const sent: Message<typeof packet>[] = [];
  const incoming = new Channel<Buffer>();
  const push = (message: Message<typeof packet>) => incoming.push(Buffer.from(codec.encode(packet, message)));
  const total = { bytes: 0, failed: undefined as unknown };
  const handlers = fileHandlers(codec, {
    trees: { context: files },
    sent: (bytes) => {
      total.bytes = bytes;
    },
    failed: (error) => {
      total.failed = error;
    },
  });
  let ends = 0;
  const iterator = incoming[Symbol.asyncIterator]();
  const call = handlers['/moby.filesync.v1.FileSync/DiffCopy']!({
    metadata: new Map([['dir-name', ['context']]]),
    messages: {
      next: () => iterator.next(),
      [Symbol.asyncIterator]() {
        return this;
      },
    },
    send: async (...messages) => {
      for (const one of messages) {
        const message = codec.decode(packet, one);
        sent.push(message);
        if (message.type === packetType.error) incoming.end();
        if ((message.type ?? 0) === packetType.stat && message.stat === undefined) {
          for (const id of wanted) push({ type: packetType.request, id });
          if (wanted.length === 0) push({ type: packetType.fin });
        }
        if (message.type === packetType.data && (message.data ?? []).length === 0) {
          ends += 1;
          if (ends === wanted.length) push({ type: packetType.fin });
        }
      }
    },
  });
  return { call, sent, total };
}

describe('file sync', () => {
  test('tells all entries, in Go’s modes, and sends what is asked for', async () => {
    const { call, sent, total } = await play(
      tree(async function* () {
        yield Buffer.from('abc');
      }),
      [1],
    );
    await call;
    const stats = sent.filter(({ type = 0 }) => type === packetType.stat).map(({ stat }) => stat);
    expect(stats.map((stat) => [stat?.path, stat?.mode, stat?.linkname])).toEqual([
      ['d', 2 ** 31 + 0o755, undefined],
      ['d/f', 0o644, undefined],
      ['d/g', 0o644, 'd/f'],
      ['l', 2 ** 27 + 0o777, 'd'],
      [undefined, undefined, undefined],
    ]);
    const data = sent.filter(({ type }) => type === packetType.data);
    expect(data.map(({ id, data: piece }) => [id, Buffer.from(piece ?? []).toString()])).toEqual([
      [1, 'abc'],
      [1, ''],
    ]);
    expect(sent.at(-1)?.type).toBe(packetType.fin);
    expect(total.bytes).toBe(3);
  });

  test('sends nothing that is not asked for', async () => {
    const { call, sent, total } = await play(
      tree(() => {
        throw new Error('was read');
      }),
      [],
    );
    await call;
    expect(sent.some(({ type }) => type === packetType.data)).toBe(false);
    expect(total.bytes).toBe(0);
  });

  test('a file that can’t be read ends the transfer, and the reason is kept', async () => {
    const { call, sent, total } = await play(
      tree(async function* () {
        yield Buffer.from('a');
        throw new UserError('context-unreadable', 'no right to read it');
      }),
      [1],
    );
    await expect(call).rejects.toThrow('no right to read it');
    expect(sent.some(({ type }) => type === packetType.error)).toBe(true);
    expect(total.failed).toMatchObject({ message: 'no right to read it' });
  });

  test('what is no file has no content', async () => {
    const { call } = await play(
      tree(async function* () {}),
      [0],
    );
    await expect(call).rejects.toThrow('no file has the number 0');
  });
});
