import { isIP } from '../../util/ip.ts';
import { isTree } from '../../yaml/tree.ts';
import type { Expand, Identity } from '../attribute.ts';

export interface ShortPort {
  readonly mode: string;
  readonly host_ip?: string;
  readonly target: number;
  readonly published?: string;
  readonly protocol: string;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Short entries become long ones, a range on both sides one entry for each port. */
export const expandPorts: Expand = (value, { problem, strict }) => {
  if (!Array.isArray(value) || value.every(isTree)) return value;
  const ports: unknown[] = [];
  for (const [i, entry] of value.entries()) {
    if (typeof entry !== 'string' && typeof entry !== 'number') {
      ports.push(entry);
      continue;
    }
    const parsed = parsePort(String(entry));
    if (typeof parsed !== 'string') ports.push(...parsed);
    else if (strict)
      problem(`the port "${entry}" ${parsed}`, 'write [HOST_IP:][PUBLISHED:]TARGET[/PROTOCOL]', i);
    else return value;
  }
  return ports;
};

/** @returns the entries, or what is wrong with the text */
export function parsePort(spec: string): ShortPort[] | string {
  const { host, published, target } = splitSides(spec);
  const slash = target.indexOf('/');
  const targetText = slash < 0 ? target : target.slice(0, slash);
  const protocol = (slash < 0 ? '' : target.slice(slash + 1)).toLowerCase() || 'tcp';
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) return `has the unknown protocol "${protocol}"`;
  if (targetText === '') return 'names no container port';
  const targets = readRange(targetText);
  if (targets === undefined) return `has the invalid container port "${targetText}"`;
  const address = bareAddress(host);
  if (address === undefined || (address !== '' && isIP(address) === 0))
    return `has the invalid host address "${host}"`;
  const hosts = published === '' ? undefined : readRange(published);
  if (published !== '' && hosts === undefined) return `has the invalid host port "${published}"`;
  const size = targets.last - targets.first;
  const fixed = hosts !== undefined && hosts.last - hosts.first !== size;
  if (fixed && size !== 0) return `has ranges of different length, ${published} and ${targetText}`;
  const base = { mode: 'ingress', ...(address === '' ? {} : { host_ip: address }) };
  const ports: ShortPort[] = [];
  for (let i = 0; i <= size; i++) {
    const entry = { ...base, target: targets.first + i };
    if (hosts === undefined) ports.push({ ...entry, protocol });
    else ports.push({ ...entry, published: fixed ? published : String(hosts.first + i), protocol });
  }
  return ports.sort((a, b) => (String(a.target) < String(b.target) ? -1 : 1));
}

function splitSides(spec: string): { host: string; published: string; target: string } {
  const last = spec.lastIndexOf(':');
  if (last < 0) return { host: '', published: '', target: spec };
  const target = spec.slice(last + 1);
  const rest = spec.slice(0, last);
  const before = rest.lastIndexOf(':');
  if (before < 0) return { host: '', published: rest, target };
  return { host: rest.slice(0, before), published: rest.slice(before + 1), target };
}

function bareAddress(host: string): string | undefined {
  if (!host.startsWith('[')) return host;
  return host.endsWith(']') ? host.slice(1, -1) : undefined;
}

function readRange(text: string): Range | undefined {
  const match = /^([0-9]+)(?:-([0-9]+))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first > last || last > 65535 ? undefined : { first, last };
}

export const portIdentity: Identity = (entry, problem) => {
  if (!isTree(entry)) return String(entry);
  const wanted = entry['target'];
  if (wanted === undefined || wanted === null || Number(wanted) < 0) {
    problem('has no target port');
    return undefined;
  }
  const { host_ip: host = '', published = '', target, protocol = 'tcp' } = entry;
  return `${host || '0.0.0.0'}:${published}:${target}/${protocol}`;
};
