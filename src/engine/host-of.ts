/** The host name or address in an engine's address; undefined for one on this machine. IPv6 comes without brackets. */
export function hostOf(address: string): string | undefined {
  const host = /^(?:ssh|tcp|https?):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(address)?.[1];
  return host?.replace(/^\[|\]$/g, '');
}
