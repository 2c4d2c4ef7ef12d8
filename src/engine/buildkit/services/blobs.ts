import type { BlobStore, BlobWriter } from '../../build-request.ts';
import type { Codec, Message } from '../codec.ts';
import { type Handler, type Metadata, type ServedCall, unary } from '../grpc/server.ts';
import { GrpcError, statusCode } from '../grpc/status.ts';
import {
  blobInfoResponse,
  blobReadResponse,
  blobRequest,
  blobWriteRequest,
  blobWriteResponse,
  writeAction,
} from '../messages.ts';

const service = '/containerd.services.content.v1.Content';

/** Reads and writes blobs of stores on this machine for the engine. */
export function blobHandlers(
  codec: Codec,
  stores: Readonly<Record<string, BlobStore>>,
): Record<string, Handler> {
  const storeOf = (metadata: Metadata): BlobStore => {
    const id = metadata.get('buildkit-attachable-store-id')?.[0] ?? '';
    const store = Object.hasOwn(stores, id) ? stores[id] : undefined;
    if (store === undefined) throw new GrpcError(statusCode.notFound, `there is no store ${id}`);
    return store;
  };
  return {
    [`${service}/Info`]: async (call) => {
      const store = storeOf(call.metadata);
      await unary(async (message) => {
        const { digest = '' } = codec.decode(blobRequest, message);
        const size = await sizeOf(store, digest);
        return codec.encode(blobInfoResponse, { info: { digest, size } });
      })(call);
    },
    [`${service}/Read`]: async ({ metadata, messages, send }) => {
      const store = storeOf(metadata);
      const { value } = await messages.next();
      const { digest = '', offset = 0, size = 0 } = codec.decode(blobRequest, value ?? new Uint8Array());
      const length = size > 0 ? size : (await sizeOf(store, digest)) - offset;
      let at = offset;
      for await (const data of store.read(digest, offset, length)) {
        await send(codec.encode(blobReadResponse, { offset: at, data }));
        at += data.length;
      }
    },
    [`${service}/Write`]: (call) => write(codec, storeOf(call.metadata), call),
  };
}

async function sizeOf(store: BlobStore, digest: string): Promise<number> {
  const size = await store.size(digest);
  if (size === undefined) throw new GrpcError(statusCode.notFound, `content ${digest}: not found`);
  return size;
}

/** One blob: asked for its state, written in pieces, and committed. */
async function write(codec: Codec, store: BlobStore, { messages, send }: ServedCall): Promise<void> {
  let writer: BlobWriter | undefined;
  let committed = false;
  let offset = 0;
  try {
    for await (const message of messages) {
      const request = codec.decode(blobWriteRequest, message);
      const { action = writeAction.stat, expected = '', total = 0, data = new Uint8Array() } = request;
      if (expected !== '' && (await store.size(expected)) !== undefined) {
        throw new GrpcError(statusCode.alreadyExists, `content ${expected}: already exists`);
      }
      writer ??= await store.write();
      if (data.length > 0) await writer.append(data);
      offset += data.length;
      const answer: Message<typeof blobWriteResponse> = { action, offset, total };
      if (action !== writeAction.commit) {
        await send(codec.encode(blobWriteResponse, answer));
        continue;
      }
      const digest = await writer.commit(expected);
      committed = true;
      await send(codec.encode(blobWriteResponse, { ...answer, digest }));
      return;
    }
  } finally {
    if (!committed) await writer?.abort();
  }
}
