import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { EngineFacts } from '../engine.ts';
import { connectionError } from '../http/errors.ts';
import type { Call, Transport } from '../http/transport.ts';
import { steadily } from '../podman/steadily.ts';

/** The HTTP API of one engine: paths get the negotiated version; Podman's own API is beside it. */
export class Api {
  readonly transport: Transport;
  readonly facts: EngineFacts;
  readonly #prefix: string;

  constructor(transport: Transport, facts: EngineFacts) {
    this.transport = transport;
    this.facts = facts;
    this.#prefix = `/v${facts.apiVersion}`;
  }

  get podman(): boolean {
    return this.facts.kind === 'podman';
  }

  /** Whether the engine sees this machine's files and clock: it is reached by a socket of ours. */
  get local(): boolean {
    return this.facts.address.startsWith('unix://');
  }

  json(method: string, path: string, call?: Call): Promise<unknown> {
    const ask = () => this.transport.json(method, this.#prefix + path, call);
    return this.podman && method === 'GET' ? steadily(path, ask) : ask();
  }

  run(method: string, path: string, call?: Call): Promise<void> {
    return this.transport.run(method, this.#prefix + path, call);
  }

  stream(method: string, path: string, call?: Call): Promise<Readable> {
    return this.transport.stream(method, this.#prefix + path, call);
  }

  /** The answer with its headers. */
  send(method: string, path: string, call?: Call): Promise<IncomingMessage> {
    return this.transport.send(method, this.#prefix + path, call);
  }

  upgrade(
    method: string,
    path: string,
    call?: Call & { readonly protocol?: string },
  ): Promise<{ socket: Duplex; head: Buffer; contentType: string }> {
    return this.transport.upgrade(method, this.#prefix + path, call);
  }

  /** The error of a stream that broke while it was read. */
  broken(call: string, error: unknown): Error {
    return connectionError(call, this.transport.address.text, error);
  }

  /** Podman's own API, on the same socket. */
  libpod(method: string, path: string, call?: Call): Promise<unknown> {
    const ask = () => this.transport.json(method, `/v4.0.0/libpod${path}`, call);
    return method === 'GET' ? steadily(path, ask) : ask();
  }

  /** Whether the negotiated API has this version's features. */
  atLeast(version: string): boolean {
    return compareVersions(this.facts.apiVersion, version) >= 0;
  }

  /** Whether Podman itself is at least this old. */
  podmanAtLeast(version: string): boolean {
    return compareVersions(this.facts.version, version) >= 0;
  }
}

/** Negative if `a` is the older one. Parts that are no numbers count as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/[.+~-]/).map((part) => Number(part) || 0));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** One segment of a path. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}

/** An image reference in a path: its slashes are kept. */
export function imagePath(reference: string): string {
  return `/images/${reference.split('/').map(encodeURIComponent).join('/')}`;
}
