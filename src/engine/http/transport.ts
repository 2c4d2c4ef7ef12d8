import http from 'node:http';
import https from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJson } from '../../util/json.ts';
import type { Address, TlsMaterial } from '../address.ts';
import { codeOf, connectionError, refusal } from './errors.ts';

/** Values of a query; undefined ones are left out, objects become JSON. */
export type Query = Readonly<Record<string, string | number | boolean | object | undefined>>;

export interface Call {
  readonly query?: Query | undefined;
  /** Sent as JSON, unless it is bytes or a stream. */
  readonly body?: unknown;
  /** Several values become several lines. */
  readonly headers?: Readonly<Record<string, string | string[]>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Statuses besides 2xx that are no error. */
  readonly accept?: readonly number[];
  /** On a connection of its own: for answers that may stay open. */
  readonly own?: boolean;
}

/** Address of an engine that can be dialled (an `ssh` one is forwarded to a socket first). */
export type Dialable = Exclude<Address, { kind: 'ssh' }>;

/** Ordinary requests share this many connections; streams have their own. */
const maxSockets = 48;

/** Milliseconds in which a broken tunnel notices that it is. */
const tunnelPause = 200;

/** HTTP to one engine. Everything thrown is an EngineError, except the reason of an aborted signal. */
export class Transport {
  readonly address: Dialable;
  readonly #tls: TlsMaterial | undefined;
  readonly #ready: (() => Promise<void>) | undefined;
  readonly #agent: http.Agent;
  readonly #open = new Set<{ destroy(): void }>();

  /** @param ready awaited before each request: a tunnel that may have to be opened again */
  constructor(address: Dialable, tls?: TlsMaterial, ready?: () => Promise<void>) {
    this.address = address;
    this.#tls = tls;
    this.#ready = ready;
    const options = { keepAlive: true, maxSockets, keepAliveMsecs: 30_000, scheduling: 'lifo' } as const;
    this.#agent = this.#isTls() ? new https.Agent(options) : new http.Agent(options);
  }

  /** The JSON of an answer; undefined if there is none. */
  async json(method: string, path: string, call: Call = {}): Promise<unknown> {
    const ask = async () => {
      const response = await this.send(method, path, call);
      return await textOf(response, () => connectionError(callName(method, path), this.address.text, lost));
    };
    const text = await ask().catch((error: unknown) => this.#askAgain(error, method, call, ask));
    return text === '' ? undefined : parseJson(text);
  }

  /** A call whose answer holds nothing. */
  async run(method: string, path: string, call: Call = {}): Promise<void> {
    (await this.send(method, path, call)).resume();
  }

  /** The answer's body as it comes. */
  async stream(method: string, path: string, call: Call = {}): Promise<Readable> {
    return await this.send(method, path, { ...call, own: true });
  }

  /** The answer, once its headers are there and its status is fine. */
  async send(method: string, path: string, call: Call = {}): Promise<http.IncomingMessage> {
    const send = () => this.#reached(() => this.#once(method, path, call)).catch(tellReason);
    try {
      return await this.#reached(() => this.#once(method, path, call));
    } catch (error) {
      if (error instanceof StaleSocketError && isRead(method) && this.#ready === undefined)
        return await send();
      const reason = error instanceof StaleSocketError ? error.reason : error;
      return await this.#askAgain(reason, method, call, send);
    }
  }

  /** A read that a breaking tunnel has cut short is asked once more when the tunnel is there again. */
  async #askAgain<T>(error: unknown, method: string, { signal }: Call, ask: () => Promise<T>): Promise<T> {
    const again = this.#ready !== undefined && isRead(method) && signal?.aborted !== true && isCut(error);
    if (!again) throw error;
    await sleep(tunnelPause);
    return await ask();
  }

  #once(method: string, path: string, call: Call): Promise<http.IncomingMessage> {
    const name = callName(method, path);
    return new Promise((resolve, reject) => {
      const request = this.#request(method, path, call);
      request.on('response', (response) => {
        response.once('close', () => this.#open.delete(response));
        if (isFine(response.statusCode ?? 0, call.accept)) {
          this.#open.add(response);
          resolve(response);
        } else {
          this.#refused(name, response).then(reject, reject);
        }
      });
      request.on('error', (error) => {
        if (call.signal?.aborted === true) return reject(call.signal.reason);
        const reason = connectionError(name, this.address.text, error);
        reject(request.reusedSocket && isReset(error) ? new StaleSocketError(reason) : reason);
      });
      sendBody(request, call.body, reject);
    });
  }

  /**
   * Turns the request into a two-way stream (attach, exec, build sessions). The body, if any, is small
   * JSON; without one nothing is sent after the headers, for Podman passes a body on to the process.
   */
  async upgrade(
    method: string,
    path: string,
    call: Call & { readonly protocol?: string } = {},
  ): Promise<{ socket: Duplex; head: Buffer; contentType: string }> {
    return await this.#reached(() => this.#upgrade(method, path, call));
  }

  /** Through a tunnel: once more if it was just gone. Nothing was sent then, so that is safe for every call. */
  async #reached<T>(send: () => Promise<T>): Promise<T> {
    if (this.#ready === undefined) return await send();
    await this.#ready();
    try {
      return await send();
    } catch (error) {
      if (!isNotReached(error)) throw error;
    }
    await sleep(tunnelPause);
    await this.#ready();
    return await send();
  }

  #upgrade(
    method: string,
    path: string,
    call: Call & { readonly protocol?: string },
  ): Promise<{ socket: Duplex; head: Buffer; contentType: string }> {
    const name = callName(method, path);
    return new Promise((resolve, reject) => {
      const headers = { ...call.headers, Connection: 'Upgrade', Upgrade: call.protocol ?? 'tcp' };
      const request = this.#request(method, path, { ...call, headers, own: true });
      request.on('upgrade', (response, socket, head) => {
        this.#open.add(socket);
        socket.once('close', () => this.#open.delete(socket));
        resolve({ socket, head, contentType: response.headers['content-type'] ?? '' });
      });
      request.on('response', (response) => {
        this.#refused(name, response).then(reject, reject);
      });
      request.on('error', (error) => reject(connectionError(name, this.address.text, error)));
      if (call.body === undefined) {
        request.useChunkedEncodingByDefault = false;
        request.removeHeader('Transfer-Encoding');
        request.end();
      } else {
        sendBody(request, call.body, reject);
      }
    });
  }

  /** Ends all connections, open streams too. */
  close(): void {
    for (const open of this.#open) open.destroy();
    this.#open.clear();
    this.#agent.destroy();
  }

  #isTls(): boolean {
    return this.address.kind === 'tcp' && (this.address.tls || this.#tls !== undefined);
  }

  #request(method: string, path: string, call: Call): http.ClientRequest {
    const prefix = this.address.kind === 'tcp' ? this.address.prefix : '';
    const options: https.RequestOptions = {
      method,
      path: prefix + path + queryText(call.query),
      headers: { Host: 'engine', ...bodyHeaders(call.body), ...call.headers },
      agent: call.own === true ? false : this.#agent,
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    };
    const { address } = this;
    // Named, so that Node does not look whether the host is an address.
    const socket = { ...options, servername: '' };
    if (address.kind === 'unix') return http.request({ ...socket, socketPath: address.path });
    const target = { ...options, host: address.host, port: address.port };
    const host = `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
    target.headers = { ...options.headers, Host: host };
    if (!this.#isTls()) return http.request(target);
    const { ca, cert, key, verify = true } = this.#tls ?? {};
    return https.request({
      ...target,
      rejectUnauthorized: verify,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
  }

  async #refused(name: string, response: http.IncomingMessage): Promise<Error> {
    const body = await textOf(response, () => connectionError(name, this.address.text, lost));
    return refusal(name, response.statusCode ?? 0, body);
  }
}

/** The engine closed an idle connection just when it was used again: safe to repeat for reads. */
class StaleSocketError extends Error {
  readonly reason: Error;
  constructor(reason: Error) {
    super(reason.message);
    this.reason = reason;
  }
}

const lost = Object.assign(new Error('connection lost'), { code: 'ECONNRESET' });

function tellReason(error: unknown): never {
  throw error instanceof StaleSocketError ? error.reason : error;
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isCut(error: unknown): boolean {
  return error instanceof Error && isReset(error.cause);
}

function isNotReached(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return ['ECONNREFUSED', 'ENOENT'].includes(codeOf(cause));
}

/** The version says nothing to people. */
function callName(method: string, path: string): string {
  return `${method} ${path.replace(/^\/v\d[\d.]*\//, '/')}`;
}

function isReset(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

function isFine(status: number, accept: readonly number[] | undefined): boolean {
  return (status >= 200 && status < 300) || accept?.includes(status) === true;
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}

function bodyHeaders(body: unknown): Record<string, string> {
  if (body === undefined) return {};
  return {
    'Content-Type': isStream(body) || body instanceof Uint8Array ? 'application/x-tar' : 'application/json',
  };
}

function sendBody(request: http.ClientRequest, body: unknown, reject: (error: unknown) => void): void {
  if (body === undefined) {
    request.end();
  } else if (isStream(body)) {
    body.once('error', (error) => {
      request.destroy();
      reject(error);
    });
    body.pipe(request);
  } else {
    const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
    request.setHeader('Content-Length', bytes.length);
    request.end(bytes);
  }
}

/** `?a=1&b=%7B%7D`, '' if there is nothing. */
export function queryText(query: Query | undefined): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value.map(String) : [value]) {
      const text = typeof one === 'object' ? JSON.stringify(one) : String(one);
      parts.push(`${encodeURIComponent(key)}=${encodeURIComponent(text)}`);
    }
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

async function textOf(response: http.IncomingMessage, broken: () => Error): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  } catch {
    throw broken();
  }
  return Buffer.concat(chunks).toString('utf8');
}
