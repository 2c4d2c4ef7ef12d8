import http2, { type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { GrpcError, statusCode } from './status.ts';
import { messagesOf, senderOf } from './stream.ts';

/** Headers of a call with all their values, in order: duplicates must not be joined. */
export type Metadata = ReadonlyMap<string, readonly string[]>;

export interface ServedCall {
  readonly metadata: Metadata;
  readonly messages: AsyncIterableIterator<Buffer>;
  /** Waits while the other side is behind. */
  send(...messages: readonly Uint8Array[]): Promise<void>;
}

/** Ends the call well when it resolves, with an error's code and message when it rejects. */
export type Handler = (call: ServedCall) => Promise<void>;

export interface GrpcServer {
  close(): void;
}

/** Answers one message with one. */
export function unary(answer: (message: Buffer) => Promise<Uint8Array> | Uint8Array): Handler {
  return async ({ messages, send }) => {
    const { value } = await messages.next();
    await send(await answer(value ?? Buffer.alloc(0)));
  };
}

/**
 * Serves gRPC to whoever is at the other end of a connection.
 * @param handlers by path: `/package.Service/Method`
 */
export function grpcServer(socket: Duplex, handlers: Readonly<Record<string, Handler>>): GrpcServer {
  const server: Http2Server = http2.createServer({ settings: { initialWindowSize: 1 << 20 } });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.setLocalWindowSize(4 << 20);
    // A lost connection ends the build, which tells of it.
    session.on('error', () => {});
  });
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers, _flags, raw: string[] = []) => {
    stream.on('error', () => {});
    serve(stream, handlers[headers[':path'] ?? ''], metadataOf(raw));
  });
  server.emit('connection', socket);
  return {
    // Node breaks if a session goes in the tick in which its connection came, with bytes of it already here.
    close: () =>
      setImmediate(() => {
        for (const session of sessions) session.destroy();
        socket.destroy();
      }),
  };
}

function serve(stream: ServerHttp2Stream, handler: Handler | undefined, metadata: Metadata): void {
  const head = { ':status': 200, 'content-type': 'application/grpc' };
  if (handler === undefined) {
    const status = { 'grpc-status': String(statusCode.unimplemented), 'grpc-message': 'unimplemented' };
    stream.respond({ ...head, ...status }, { endStream: true });
    return;
  }
  stream.respond(head, { waitForTrailers: true });
  let end: { code: number; message: string } = { code: statusCode.ok, message: '' };
  stream.on('wantTrailers', () => {
    const message = end.message === '' ? {} : { 'grpc-message': encodeURIComponent(end.message) };
    stream.sendTrailers({ 'grpc-status': String(end.code), ...message });
  });
  handler({ metadata, messages: messagesOf(stream), send: senderOf(stream) })
    .catch((error: unknown) => {
      const code = error instanceof GrpcError ? error.code : statusCode.unknown;
      end = { code, message: error instanceof Error ? error.message : String(error) };
    })
    .finally(() => {
      if (!stream.destroyed) stream.end();
    });
}

/** Node hands header bytes over as latin1. */
function metadataOf(raw: readonly string[]): Metadata {
  const metadata = new Map<string, string[]>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const values = metadata.get(raw[i]!) ?? [];
    metadata.set(raw[i]!, [...values, Buffer.from(raw[i + 1]!, 'latin1').toString('utf8')]);
  }
  return metadata;
}
