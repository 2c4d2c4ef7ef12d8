import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { findLogin, type Login } from '../engine/credentials.ts';
import { dockerHub } from '../util/reference.ts';
import { authorize, parseChallenge } from './auth.ts';
import { refusal } from './errors.ts';
import { type Answer, exchange, maySpeakPlain, type Sent, type Trust } from './http.ts';
import { isInsecure, type RegistryWorld, registryTls } from './world.ts';

export interface Ask extends Sent {
  /** Statuses besides 2xx that are no error. */
  readonly accept?: readonly number[];
}

const pauses = [300, 1_000];

/** The HTTP API of one registry (OCI distribution), with the login of the user's config. */
export class Registry {
  readonly host: string;
  readonly #world: RegistryWorld;
  readonly #trust: Trust;
  #protocol: 'https:' | 'http:' = 'https:';
  #login: Promise<Login | undefined> | undefined;
  /** By what the registry asked for. */
  readonly #granted = new Map<string, string>();
  #last: string | undefined;

  constructor(host: string, world: RegistryWorld) {
    this.host = host;
    this.#world = world;
    this.#trust = {
      tls: registryTls(host, world),
      insecure: isInsecure(host, world),
      environment: world.environment,
    };
  }

  /**
   * A request below `/v2/`, or to an address that the registry gave.
   * @throws UserError with the registry's words
   */
  async ask(path: string, ask: Ask): Promise<Answer> {
    const answer = await this.#authorized(path, ask);
    const fine = answer.status >= 200 && answer.status < 300;
    if (!fine && ask.accept?.includes(answer.status) !== true) throw refusal(this.host, path, answer);
    return answer;
  }

  /** The bytes of a blob, however many. */
  async open(path: string): Promise<Readable> {
    const { stream } = await this.ask(path, { method: 'GET', raw: true });
    return stream ?? Readable.from([]);
  }

  /** Reads are tried again after a disturbance. */
  async #authorized(path: string, ask: Ask): Promise<Answer> {
    const safe = ask.method === 'GET' || ask.method === 'HEAD';
    for (let attempt = 0; ; attempt++) {
      const pause = safe ? pauses[attempt] : undefined;
      try {
        const answer = await this.#once(path, ask);
        if (answer.status < 500 || pause === undefined) return answer;
      } catch (error) {
        if (pause === undefined || ask.signal?.aborted === true) throw error;
      }
      await sleep(pause);
    }
  }

  async #once(path: string, ask: Ask): Promise<Answer> {
    const first = await this.#follow(path, ask, this.#last);
    if (first.status !== 401) return first;
    const header = first.headers['www-authenticate'];
    const challenge = header === undefined ? undefined : parseChallenge(header);
    if (challenge === undefined) return first;
    const known = this.#granted.get(challenge.scope);
    if (known !== undefined && known !== this.#last) {
      const second = await this.#follow(path, ask, known);
      if (second.status !== 401) return second;
    }
    this.#login ??= findLogin(this.host, this.#world);
    const granted = await authorize(challenge, await this.#login, this.#trust, ask.signal);
    if (granted === undefined) return first;
    this.#granted.set(challenge.scope, granted);
    this.#last = granted;
    return await this.#follow(path, ask, granted);
  }

  /** Registries send readers of blobs to a storage elsewhere, which must not see the login. */
  async #follow(path: string, ask: Ask, authorization: string | undefined): Promise<Answer> {
    const auth = authorization === undefined ? {} : { Authorization: authorization };
    let url = this.#url(path);
    let answer = await this.#reach(url, { ...ask, headers: { ...ask.headers, ...auth } });
    for (let hops = 0; hops < 5 && isRedirect(answer, ask.method); hops++) {
      const next = new URL(answer.headers.location ?? '', url);
      if (url.protocol === 'https:' && next.protocol !== 'https:' && !this.#trust.insecure) break;
      const headers = next.host === url.host ? { ...ask.headers, ...auth } : (ask.headers ?? {});
      url = next;
      answer = await exchange(url, { ...ask, headers }, this.#trust);
    }
    return answer;
  }

  /** A registry that may be used without proof may also speak plain HTTP. */
  async #reach(url: URL, ask: Ask): Promise<Answer> {
    try {
      return await exchange(url, ask, this.#trust);
    } catch (error) {
      if (!this.#trust.insecure || url.protocol !== 'https:' || !maySpeakPlain(error)) throw error;
      this.#protocol = 'http:';
      const plain = new URL(url);
      plain.protocol = 'http:';
      return await exchange(plain, ask, this.#trust);
    }
  }

  #url(path: string): URL {
    if (/^https?:/.test(path)) return new URL(path);
    const host = this.host === dockerHub ? 'registry-1.docker.io' : this.host;
    return new URL(`${this.#protocol}//${host}${path}`);
  }
}

function isRedirect({ status, headers }: Answer, method: string): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    [301, 302, 303, 307, 308].includes(status) &&
    headers.location !== undefined
  );
}
