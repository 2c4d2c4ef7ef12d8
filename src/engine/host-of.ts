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
  const real = peer === undefined || /^(127\.|::1$)/.test(peer) ? [] : [peer];
  return [...new Set([...real, host])];
}
