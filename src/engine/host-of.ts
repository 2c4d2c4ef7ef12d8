import { isLoopback } from '../util/ip.ts';
import type { EngineFacts } from './engine.ts';

/** The host name or address in an engine's address; undefined for one on this machine. IPv6 comes without brackets. */
export function hostOf(address: string): string | undefined {
  const host = /^(?:ssh|tcp|https?):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(address)?.[1];
  return host?.replace(/^\[|\]$/g, '');
}

/** Where an engine's machine may be reached from others: as ssh found it, then by the name that was given. */
export function placesOf({ address, peer }: Pick<EngineFacts, 'address' | 'peer'>): readonly string[] {
  const host = hostOf(address);
  if (host === undefined) return [];
  return [...new Set(peer === undefined ? [host] : [peer, host])].filter((one) => !isLoopback(one));
}
