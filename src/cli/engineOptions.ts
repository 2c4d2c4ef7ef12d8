import type { ConnectOptions } from '../engine/connect.ts';
import type { Global } from './global.ts';

/** What the global options say about the engine, for `connect`. */
export function engineOptions(global: Global): Pick<ConnectOptions, 'host' | 'context' | 'tlsVerify'> {
  const { host, context, tlsverify } = global;
  return { host, context, tlsVerify: tlsverify === true };
}
