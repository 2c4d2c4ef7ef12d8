import http from 'node:http';
import type { Socket } from 'node:net';
import { isLoopback } from '../util/ip.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The proxy that the environment names for an address (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, less `NO_PROXY`). */
export function proxyFor(url: URL, environment: Variables): URL | undefined {
  const of = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const named = of(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') ?? of('ALL_PROXY');
  if (named === undefined || isLoopback(url.hostname) || isExempt(url, of('NO_PROXY') ?? ''))
    return undefined;
  const text = named.includes('://') ? named : `http://${named}`;
  return URL.canParse(text) && /^http:/.test(text) ? new URL(text) : undefined;
}

/** `*`, a host, a domain with all below it (with or without the dot), each perhaps with a port. */
function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const own = port || (protocol === 'https:' ? '443' : '80');
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', wanted] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (name === '' || (wanted !== undefined && wanted !== own)) return false;
      return hostname === name || hostname.endsWith(`.${name}`);
    });
}

/** Headers by which a proxy knows its user. */
export function proxyHeaders({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}

/** A connection through a proxy to the host of an address. @throws Error with the proxy's words */
export function openTunnel(proxy: URL, { hostname, port }: URL, timeout: number): Promise<Socket> {
  const target = `${hostname}:${port || 443}`;
  return new Promise((resolve, reject) => {
    const request = http.request({
      ...{ host: proxy.hostname, port: proxy.port || 80, method: 'CONNECT', path: target, timeout },
      ...{ headers: { Host: target, ...proxyHeaders(proxy) }, agent: false },
    });
    request.once('connect', (answer, socket: Socket) => {
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`proxy ${proxy.host}: ${answer.statusCode} ${answer.statusMessage ?? ''}`.trim()));
    });
    request.once('timeout', () => request.destroy(new Error(`proxy ${proxy.host}: no answer in time`)));
    request.once('error', (error) =>
      reject(new Error(`proxy ${proxy.host}: ${error.message}`, { cause: error })),
    );
    request.end();
  });
}
