import { objectOf, parseJson, textOf } from '../../../util/json.ts';
import type { BuildRequest } from '../../build-request.ts';
import type { Codec } from '../codec.ts';
import { type Handler, unary } from '../grpc/server.ts';
import { credentials, named } from '../messages.ts';

/** Gives the logins of `docker login` for registries that the build talks to; without one, empty ones. */
export function authHandlers(
  codec: Codec,
  registryAuth: NonNullable<BuildRequest['registryAuth']>,
): Record<string, Handler> {
  return {
    '/moby.filesync.v1.Auth/Credentials': unary(async (message) => {
      const { id: host = '' } = codec.decode(named, message);
      const header = await registryAuth(`${host}/image`);
      const login = objectOf(parseJson(Buffer.from(header ?? '', 'base64').toString('utf8')));
      const token = textOf(login['identitytoken']);
      if (token !== '') return codec.encode(credentials, { secret: token });
      const [username, secret] = [textOf(login['username']), textOf(login['password'])];
      return codec.encode(credentials, { username, secret });
    }),
  };
}
