import type { BuildRequest } from '../../build-request.ts';
import type { Codec } from '../codec.ts';
import { type Handler, unary } from '../grpc/server.ts';
import { GrpcError, statusCode } from '../grpc/status.ts';
import { data, named } from '../messages.ts';

/** Hands out secrets by id. An id that is not there is "not found": a step that only may use it goes on without. */
export function secretHandlers(
  codec: Codec,
  secrets: NonNullable<BuildRequest['secrets']>,
): Record<string, Handler> {
  return {
    '/moby.buildkit.secrets.v1.Secrets/GetSecret': unary(async (message) => {
      const { id = '' } = codec.decode(named, message);
      const read = Object.hasOwn(secrets, id) ? secrets[id] : undefined;
      if (read === undefined) throw new GrpcError(statusCode.notFound, `secret ${id}: not found`);
      return codec.encode(data, { data: await read() });
    }),
  };
}
