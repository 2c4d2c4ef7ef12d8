import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connect, rootCertificates } from 'node:tls';
import { UserError } from '../diagnostic/errors.ts';
import { codeOf } from '../engine/http/errors.ts';
import { openTunnel, proxyFor, proxyHeaders } from './proxy.ts';
import type { RegistryTls } from './world.ts';

export interface Sent {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** A body that is made anew for each try; `headers` must tell its length. */
  readonly stream?: () => Promise<Readable>;
  /** A fine answer's body is handed over as it comes. */
  readonly raw?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Bytes; an answer that is longer is given up. */
  readonly most?: number;
}

export interface Trust {
  readonly tls: RegistryTls;
  /** An unproven certificate will do. */
  readonly insecure: boolean;
  /** Where proxies are named. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** With `raw`. */
  readonly stream?: Readable;
}

/** Milliseconds without a byte after which a registry counts as silent. */
const silence = 30_000;
const mostBytes = 8 * 1024 * 1024;

/** One request and its whole answer. @throws UserError if there is none */
export async function exchange(url: URL, sent: Sent, trust: Trust): Promise<Answer> {
  let request: http.ClientRequest;
  try {
    request = await openRequest(url, sent, trust);
  } catch (error) {
    throw unreachable(url, error);
  }
  return await new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      request.destroy();
      reject(sent.signal?.aborted === true ? sent.signal.reason : unreachable(url, error));
    };
    request.once('timeout', () => fail(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })));
    request.once('error', fail);
    request.once('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      if (sent.raw === true && status >= 200 && status < 300) {
        request.setTimeout(0);
        return resolve({ status, headers, body: Buffer.alloc(0), stream: response });
      }
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > (sent.most ?? mostBytes)) fail(new Error('it sends more than it may'));
        else chunks.push(chunk);
      });
      response.once('error', fail);
      response.once('end', () => resolve({ status, headers, body: Buffer.concat(chunks) }));
    });
    if (sent.stream === undefined) request.end(sent.body);
    else
      sent
        .stream()
        .then((stream) => pipeline(stream, request), fail)
        .catch(fail);
  });
}

/** Directly, or through the proxy that is named for the address. */
async function openRequest(
  url: URL,
  sent: Sent,
  { tls, insecure, environment = {} }: Trust,
): Promise<http.ClientRequest> {
  const options: http.RequestOptions = {
    method: sent.method,
    headers: {
      ...sent.headers,
      ...(sent.body !== undefined && { 'Content-Length': String(sent.body.length) }),
    },
    timeout: silence,
    agent: false,
    ...(sent.signal !== undefined && { signal: sent.signal }),
  };
  const proxy = proxyFor(url, environment);
  if (url.protocol !== 'https:') {
    if (proxy === undefined) return http.request(url, options);
    const headers = { ...options.headers, Host: url.host, ...proxyHeaders(proxy) };
    const place = { host: proxy.hostname, port: proxy.port || 80, path: url.href };
    return http.request({ ...options, ...place, headers });
  }
  const trusted = {
    rejectUnauthorized: !insecure,
    ...(tls.ca !== undefined && { ca: [...rootCertificates, tls.ca] }),
    ...(tls.cert !== undefined && { cert: tls.cert, key: tls.key }),
  };
  if (proxy === undefined) return https.request(url, { ...options, ...trusted });
  const socket = await openTunnel(proxy, url, silence);
  const secure = { ...trusted, socket, servername: url.hostname };
  // An agent would make a connection of its own.
  const { agent: _, ...rest } = options;
  return https.request(url, { ...rest, createConnection: () => connect(secure) });
}

function unreachable(url: URL, error: unknown): UserError {
  const text = error instanceof Error && error.message !== '' ? error.message : codeOf(error);
  return new UserError('registry-unreachable', `registry ${url.host}: ${text}`, {
    hint: 'check its name, the network and its certificate (certs.d); --insecure-registry HOST goes without',
    cause: error,
  });
}

/** True if the other side may just not speak TLS. */
export function maySpeakPlain(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = codeOf(cause);
  return code === 'EPROTO' || code.startsWith('ERR_SSL_') || code === 'ECONNREFUSED' || code === 'ECONNRESET';
}
