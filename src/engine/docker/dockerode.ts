import { Agent } from 'node:https';
import type Docker from 'dockerode';
import type { TlsMaterial } from '../address.ts';
import type { Dialable } from '../http/transport.ts';

/**
 * dockerode for the calls that move images: it is heavy to load, so it is loaded at the first such call.
 * It gets no agent of its own: it prints every agent it is given into a debug text at each request.
 */
export class LazyDockerode {
  readonly #address: Dialable;
  readonly #tls: TlsMaterial | undefined;
  readonly #version: string;
  #docker: Promise<Docker> | undefined;

  constructor(address: Dialable, tls: TlsMaterial | undefined, apiVersion: string) {
    this.#address = address;
    this.#tls = tls;
    this.#version = `v${apiVersion}`;
  }

  get(): Promise<Docker> {
    this.#docker ??= this.#load();
    return this.#docker;
  }

  async #load(): Promise<Docker> {
    const { default: Dockerode } = await import('dockerode');
    return new Dockerode(this.#options());
  }

  /** Every member is named: what is left out dockerode takes from the process's environment. */
  #options(): Docker.DockerOptions & { pathPrefix?: string; agent?: Agent } {
    const address = this.#address;
    const version = this.#version;
    if (address.kind === 'unix') {
      return { socketPath: address.path, host: undefined, protocol: 'http', version };
    }
    const { host, port, prefix: pathPrefix } = address;
    const target = { host, port, pathPrefix, version, socketPath: undefined };
    if (!address.tls && this.#tls === undefined) return { ...target, protocol: 'http' };
    const { ca, cert, key, verify = true } = this.#tls ?? {};
    // It has no other way to leave a certificate unchecked.
    const agent = verify ? {} : { agent: new Agent({ rejectUnauthorized: false }) };
    return { ...target, protocol: 'https', ca, cert, key, ...agent };
  }
}
