import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { grpcClient } from '../../../src/engine/buildkit/grpc/client.ts';
import { Frames, framed } from '../../../src/engine/buildkit/grpc/frames.ts';
import { grpcServer, type Handler, unary } from '../../../src/engine/buildkit/grpc/server.ts';
import { GrpcError } from '../../../src/engine/buildkit/grpc/status.ts';

test('frames: messages come whole, in whatever pieces their bytes arrive', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 50 }), (sent, size) => {
      const all = Buffer.concat(sent.map(framed));
      const frames = new Frames();
      const found: number[][] = [];
      for (let at = 0; at < all.length; at += size) {
        frames.push(all.subarray(at, at + size));
        for (let next = frames.next(); next !== undefined; next = frames.next()) found.push([...next]);
      }
      expect(found).toEqual(sent.map((one) => [...one]));
    }),
  );
});

let close: () => void = () => {};
afterEach(() => close());

let counter = 0;

/** A client and a server of ours at the two ends of a socket. */
async function pair(handlers: Readonly<Record<string, Handler>>) {
  counter += 1;
  const path = join(tmpdir(), `tscg${process.pid}n${counter}`);
  const served = new Promise<Socket>((done) => {
    const server = createServer((socket) => {
      server.close();
      done(socket);
    });
    server.listen(path);
  });
  await new Promise((done) => setTimeout(done, 20));
  const client = grpcClient(dial(path));
  const server = grpcServer(await served, handlers);
  close = () => {
    client.close();
    server.close();
  };
  return client;
}

async function all(messages: AsyncIterable<Buffer>): Promise<string[]> {
  const texts: string[] = [];
  for await (const message of messages) texts.push(message.toString());
  return texts;
}

describe('calls', () => {
  test('one message there and one back', async () => {
    const client = await pair({ '/a/Echo': unary((message) => Buffer.concat([message, message])) });
    expect(await all(client.call('/a/Echo', Buffer.from('x')))).toEqual(['xx']);
  });

  test('many back, larger than any window', async () => {
    const big = Buffer.alloc(300_000, 'b');
    const client = await pair({
      '/a/Many': async ({ send }) => {
        for (let i = 0; i < 30; i++) await send(big, Buffer.from(`${i}`));
      },
    });
    const found = await all(client.call('/a/Many', Buffer.alloc(0)));
    expect(found.length).toBe(60);
    expect(found[59]).toBe('29');
    expect(found[58]!.length).toBe(big.length);
  });

  test('a failure has its code and words', async () => {
    const client = await pair({
      '/a/Fail': async () => {
        throw new GrpcError(5, 'not here: äöü %');
      },
    });
    const failing = all(client.call('/a/Fail', Buffer.alloc(0)));
    await expect(failing).rejects.toMatchObject({ code: 5, message: 'not here: äöü %' });
    const unknown = all(client.call('/a/Unknown', Buffer.alloc(0)));
    await expect(unknown).rejects.toMatchObject({ code: 12 });
  });

  test('metadata keeps all values of a name apart', async () => {
    let seen: readonly string[] = [];
    const client = await pair({
      '/a/Metadata': async ({ metadata }) => {
        seen = metadata.get('key') ?? [];
      },
    });
    await all(client.call('/a/Metadata', Buffer.alloc(0), { metadata: { key: 'a, b' } }));
    expect(seen).toEqual(['a, b']);
  });

  test('an abort ends the call at both ends', async () => {
    let ended = false;
    const client = await pair({
      '/a/Long': async ({ messages, send }) => {
        await send(Buffer.from('begun'));
        try {
          for await (const _ of messages);
          for (;;) await send(Buffer.alloc(100_000));
        } finally {
          ended = true;
        }
      },
    });
    const abort = new AbortController();
    const reading = (async () => {
      for await (const _ of client.call('/a/Long', Buffer.alloc(0), { signal: abort.signal })) {
        abort.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    await expect.poll(() => ended).toBe(true);
  });

  test('a lost connection ends the call', async () => {
    const client = await pair({ '/a/Never': () => new Promise(() => {}) });
    const waiting = all(client.call('/a/Never', Buffer.alloc(0)));
    setTimeout(() => close(), 50);
    await expect(waiting).rejects.toThrow();
  });
});
