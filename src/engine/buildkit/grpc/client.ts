import http2, { type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { GrpcError, statusCode } from './status.ts';
import { messagesOf, senderOf } from './stream.ts';

/** Bytes that the other side may send before we have taken them. */
const window = 1 << 20;

/** gRPC calls over one connection. */
export interface GrpcClient {
  /** One message there, any number back. Ends with GrpcError unless the status is ok. */
  call(path: string, message: Uint8Array, options?: CallOptions): AsyncGenerator<Buffer, void>;
  close(): void;
}

export interface CallOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Aborted: the call is cancelled, and the generator throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** @param socket on which the other side serves HTTP/2 */
export function grpcClient(socket: Duplex): GrpcClient {
  const session = http2.connect('http://engine', {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: window },
  });
  // Each call tells of a lost connection itself.
  session.on('error', () => {});
  session.once('connect', () => session.setLocalWindowSize(4 * window));
  return {
    call: (path, message, options) => call(session, path, message, options),
    close: () => session.destroy(),
  };
}

async function* call(
  session: ClientHttp2Session,
  path: string,
  message: Uint8Array,
  { metadata, signal }: CallOptions = {},
): AsyncGenerator<Buffer, void> {
  signal?.throwIfAborted();
  const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
  const stream = session.request({ ...headers, ...metadata });
  const ended = endOf(stream);
  const cancel = () => stream.close(cancelCode);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await senderOf(stream)(message);
    stream.end();
    let lost: unknown;
    const messages = messagesOf(stream);
    try {
      yield* messages;
    } catch (error) {
      lost = error;
    }
    const end = await ended;
    signal?.throwIfAborted();
    if (end.code !== statusCode.ok) throw end;
    if (lost !== undefined) throw lost;
  } finally {
    signal?.removeEventListener('abort', cancel);
    if (!stream.closed) cancel();
  }
}

const cancelCode = 8;

/** The status that a call ended with: in the trailers, or in the head if there is nothing else. */
function endOf(stream: ClientHttp2Stream): Promise<GrpcError> {
  let head: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  let failure: Error | undefined;
  stream.on('response', (headers) => {
    head = headers;
  });
  stream.on('trailers', (headers) => {
    trailers = headers;
  });
  stream.on('error', (error: Error) => {
    failure = error;
  });
  return new Promise((resolve) => {
    stream.once('close', () => {
      const last = trailers['grpc-status'] === undefined ? head : trailers;
      const given = last['grpc-status'];
      const code = given === undefined ? statusCode.unknown : Number(given);
      const message = decoded(last['grpc-message']) ?? failure?.message ?? 'the connection ended';
      const details = last['grpc-status-details-bin'];
      const one = Array.isArray(details) ? details[0] : details;
      resolve(new GrpcError(code, message, one === undefined ? undefined : Buffer.from(one, 'base64')));
    });
  });
}

function decoded(message: string | string[] | undefined): string | undefined {
  if (typeof message !== 'string') return undefined;
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
