import type { ConnectOptions } from '../engine/connect.ts';
import type { Global } from './global.ts';

/** What the global options say about the engine, for `connect`. */
export function engineOptions(global: Global): Pick<ConnectOptions, 'host' | 'context' | 'tls'> {
  const { host, context, tls = false, tlsverify: verify = false, tlscacert, tlscert, tlskey } = global;
  const given = tls || verify || [tlscacert, tlscert, tlskey].some((file) => file !== undefined);
  const files = {
    ...(tlscacert !== undefined && { ca: tlscacert }),
    ...(tlscert !== undefined && { cert: tlscert }),
    ...(tlskey !== undefined && { key: tlskey }),
  };
  return { host, context, ...(given && { tls: { verify, ...files } }) };
}
