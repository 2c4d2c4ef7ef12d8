import type { Readable } from 'node:stream';
import type { Codec } from '../codec.ts';
import type { Handler } from '../grpc/server.ts';
import { data } from '../messages.ts';

/** Address under which the engine asks for a stream of the session. */
export const uploadAddress = 'http://buildkit-session/context';

/** Hands over one stream, such as a context that comes as a tar. */
export function uploadHandlers(codec: Codec, stream: Readable): Record<string, Handler> {
  return {
    '/moby.upload.v1.Upload/Pull': async ({ send }) => {
      for await (const chunk of stream) await send(codec.encode(data, { data: chunk }));
    },
  };
}
