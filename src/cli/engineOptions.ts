import type { ConnectOptions } from '../engine/connect.ts';
import type { Global } from './global.ts';

/** What the global options say about the engine, for `connect`. */
export function engineOptions(global: Global): Pick<ConnectOptions, 'host' | 'context' | 'tls'> {
  const { host, context, tls, tlsverify: verify, tlscacert: ca, tlscert: cert, tlskey: key } = global;
  return { host, context, tls: { on: tls === true, verify: verify === true, ca, cert, key } };
}
