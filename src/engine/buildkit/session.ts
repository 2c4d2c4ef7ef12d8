import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Api } from '../client/api.ts';
import type { Codec } from './codec.ts';
import { grpcServer, type Handler, unary } from './grpc/server.ts';
import { health } from './messages.ts';

/** What a build can ask back from here: files, secrets, agents, logins. */
export interface Session {
  readonly id: string;
  close(): void;
}

/**
 * Opens a session: the engine calls the handlers on a connection of its own.
 * @param key the same for the same context: files that did not change are then not asked for again
 */
export async function openSession(
  api: Api,
  codec: Codec,
  key: string,
  handlers: Readonly<Record<string, Handler>>,
): Promise<Session> {
  const id = randomBytes(16).toString('hex');
  const served: Record<string, Handler> = {
    ...handlers,
    '/grpc.health.v1.Health/Check': unary(() => codec.encode(health, { status: serving })),
  };
  const socket = await upgraded(api, '/session', {
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'tscompose',
    'X-Docker-Expose-Session-Sharedkey': key,
    'X-Docker-Expose-Session-Grpc-Method': Object.keys(served),
  });
  const server = grpcServer(socket, served);
  return { id, close: () => server.close() };
}

const serving = 1;

/** A connection on which HTTP/2 is spoken from now on. */
export async function upgraded(
  api: Api,
  path: string,
  headers: Readonly<Record<string, string | string[]>> = {},
): Promise<Duplex> {
  const { socket, head } = await api.upgrade('POST', path, { protocol: 'h2c', headers });
  // The first bytes may have come along with the answer.
  if (head.length > 0) socket.unshift(head);
  return socket;
}
