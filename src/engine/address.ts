import { EngineError } from '../diagnostic/errors.ts';

/** PEM texts of a TLS connection. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False: the server's certificate is not checked. */
  readonly verify: boolean;
}

/** An engine's address, read. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string; readonly text: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Path before `/v1.41`, for engines behind a proxy; '' mostly. */
      readonly prefix: string;
      readonly tls: boolean;
      readonly text: string;
    }
  | {
      readonly kind: 'ssh';
      readonly user: string;
      readonly host: string;
      readonly port: number | undefined;
      /** Socket on the other machine; undefined: the usual places there. */
      readonly path: string | undefined;
      readonly text: string;
    };

/**
 * Reads `unix://`, `tcp://`, `http(s)://`, `ssh://` and `npipe://` addresses, and plain paths.
 * @throws EngineError `invalid` if it is none, `unsupported` for pipes of Windows elsewhere
 */
export function readAddress(text: string, platform: NodeJS.Platform = process.platform): Address {
  if (text.startsWith('/')) return { kind: 'unix', path: text, text: `unix://${text}` };
  if (text.startsWith('unix://')) return unixAddress(text);
  if (text.startsWith('npipe://')) return pipeAddress(text, platform);
  if (/^[a-z]+:\/\//i.test(text) && !/^(tcp|https?|ssh):/.test(text)) throw unreadable(text);
  const url = /^(tcp|https?|ssh):\/\//.test(text) ? urlOf(text) : urlOf(`tcp://${text}`);
  if (url === undefined || url.hostname === '') throw unreadable(text);
  if (url.protocol === 'ssh:') return sshAddress(url, text);
  return tcpAddress(url, text);
}

function unixAddress(text: string): Address {
  const path = text.slice('unix://'.length);
  if (!path.startsWith('/')) throw unreadable(text);
  return { kind: 'unix', path, text };
}

function pipeAddress(text: string, platform: NodeJS.Platform): Address {
  if (platform !== 'win32') {
    throw new EngineError('unsupported', 'connect', `${text}: named pipes exist on Windows only`, {
      hint: 'use a unix://, tcp:// or ssh:// address',
    });
  }
  return { kind: 'unix', path: text.slice('npipe://'.length).replaceAll('/', '\\'), text };
}

function sshAddress(url: URL, text: string): Address {
  if (url.password !== '') {
    throw new EngineError('invalid', 'connect', 'a password in an ssh:// address is not supported', {
      hint: 'use a key: ssh-copy-id, or an agent',
    });
  }
  const path = url.pathname === '' || url.pathname === '/' ? undefined : decodeURIComponent(url.pathname);
  return {
    kind: 'ssh',
    user: decodeURIComponent(url.username),
    host: bare(url.hostname),
    port: url.port === '' ? undefined : Number(url.port),
    path,
    text,
  };
}

function tcpAddress(url: URL, text: string): Address {
  const tls = url.protocol === 'https:' || url.port === '2376';
  const fallback = url.protocol === 'https:' ? 443 : url.protocol === 'http:' ? 80 : 2375;
  return {
    kind: 'tcp',
    host: bare(url.hostname),
    port: url.port === '' ? fallback : Number(url.port),
    prefix: url.pathname.replace(/\/+$/, ''),
    tls,
    text: /^[a-z]+:\/\//.test(text) ? text : `tcp://${text}`,
  };
}

/** IPv6 addresses stand in brackets in a URL only. */
function bare(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function unreadable(text: string): EngineError {
  return new EngineError('invalid', 'connect', `"${text}" is not an engine's address`, {
    hint: 'examples: unix:///var/run/docker.sock, tcp://10.0.0.5:2376, ssh://user@host',
  });
}
