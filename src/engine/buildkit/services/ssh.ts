import type { Duplex } from 'node:stream';
import type { BuildRequest } from '../../build-request.ts';
import type { Codec } from '../codec.ts';
import { type Handler, unary } from '../grpc/server.ts';
import { GrpcError, statusCode } from '../grpc/status.ts';
import { data, named } from '../messages.ts';

/** Forwards SSH agents: a step talks to the agent of this machine, and never sees a key. */
export function sshHandlers(codec: Codec, ssh: NonNullable<BuildRequest['ssh']>): Record<string, Handler> {
  const agent = (id: string): (() => Duplex) => {
    const open = Object.hasOwn(ssh, id) ? ssh[id] : undefined;
    if (open === undefined) {
      throw new GrpcError(statusCode.failedPrecondition, `unset ssh forward key ${id}`);
    }
    return open;
  };
  return {
    '/moby.sshforward.v1.SSH/CheckAgent': unary((message) => {
      agent(codec.decode(named, message).id ?? 'default');
      return new Uint8Array();
    }),
    '/moby.sshforward.v1.SSH/ForwardAgent': async ({ metadata, messages, send }) => {
      const connection = agent(metadata.get('buildkit.ssh.id')?.[0] ?? 'default')();
      const answers = (async () => {
        for await (const chunk of connection) await send(codec.encode(data, { data: chunk }));
      })();
      // Told below, if the step is still there.
      answers.catch(() => {});
      try {
        for await (const message of messages) {
          const { data: bytes } = codec.decode(data, message);
          if (bytes !== undefined && !connection.write(bytes)) {
            await new Promise<void>((resolve) => connection.once('drain', () => resolve()));
          }
        }
        connection.end();
        await answers;
      } finally {
        connection.destroy();
      }
    },
  };
}
