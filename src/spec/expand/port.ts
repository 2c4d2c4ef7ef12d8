import { isIP } from 'node:net';
import type { Tree } from '../../yaml/tags.ts';
import type { Expand } from '../attribute.ts';
import { cut, isMapping, textOf } from '../value.ts';
import { byBytes } from './list.ts';

/** Long forms of a short port, or what is wrong with it. */
export function parsePorts(spec: string): readonly Tree[] | string {
  const parts = spec.split(':');
  const last = parts.pop() ?? '';
  const hostPort = parts.pop() ?? '';
  const ip = parseAddress(parts.join(':'));
  if (ip === undefined) return `"${parts.join(':')}" is no IP address`;
  const [containerPort, protocolText] = cut(last, '/');
  if (containerPort === '') return `"${spec}" names no port of the container`;
  const protocol = (protocolText || 'tcp').toLowerCase();
  if (!['tcp', 'udp', 'sctp'].includes(protocol))
    return `"${protocol}" is no protocol; write tcp, udp or sctp`;
  const target = parseRange(containerPort);
  if (target === undefined) return `"${containerPort}" is no port or range of ports of the container`;
  const host = hostPort === '' ? undefined : parseRange(hostPort);
  if (hostPort !== '' && host === undefined) return `"${hostPort}" is no port or range of ports of the host`;
  const single = target[0] === target[1];
  if (host !== undefined && !single && host[1] - host[0] !== target[1] - target[0]) {
    return `the ranges "${hostPort}" and "${containerPort}" have different lengths`;
  }
  const ports: Tree[] = [];
  for (let port = target[0]; port <= target[1]; port++) {
    const entry: Tree = { mode: 'ingress', target: port, protocol };
    if (ip !== '') entry.host_ip = ip;
    if (host !== undefined) {
      const first = host[0] + port - target[0];
      entry.published = single && host[0] !== host[1] ? `${host[0]}-${host[1]}` : String(first);
    }
    ports.push(entry);
  }
  return ports.sort((a, b) => byBytes(`${a.target}/`, `${b.target}/`));
}

function parseAddress(text: string): string | undefined {
  const bracketed = /^\[([^[\]]*)\]$/.exec(text);
  const ip = bracketed?.[1] ?? text;
  return ip === '' || isIP(ip) !== 0 ? ip : undefined;
}

function parseRange(text: string): [number, number] | undefined {
  const match = /^([0-9]+)(?:-([0-9]+))?$/.exec(text);
  if (match === null) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2] ?? match[1]);
  return start <= end && end <= 65535 ? [start, end] : undefined;
}

export const expandPorts: Expand = (value, path, context) => {
  if (!Array.isArray(value)) return value;
  return value.flatMap((entry: unknown, index): unknown[] => {
    const at = `${path}[${index}]`;
    if (isMapping(entry)) {
      if (entry.target === undefined) {
        context.report({
          path: at,
          message: 'this port has no target',
          hint: 'add "target", the port in the container',
        });
      }
      const host = textOf(entry.host_ip);
      if (host && isIP(host) === 0) {
        context.report({ path: `${at}.host_ip`, message: `"${host}" is no IP address` });
      }
      return [{ ...entry, mode: entry.mode ?? 'ingress', protocol: entry.protocol ?? 'tcp' }];
    }
    const ports = parsePorts(textOf(entry) ?? '');
    if (typeof ports !== 'string') return [...ports];
    context.report({ path: at, message: ports });
    return [entry];
  });
};

/** The same host address, published port, target and protocol. */
export function portIdentity(entry: unknown): string | undefined {
  if (!isMapping(entry)) return textOf(entry);
  const { host_ip, published, target, protocol } = entry;
  return `${textOf(host_ip)}:${textOf(published)}:${textOf(target)}/${textOf(protocol) || 'tcp'}`;
}
