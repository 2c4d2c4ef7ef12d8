import type { TlsMaterial } from '../address.ts';

export interface TlsWish {
  /** `--tlsverify`: the server's certificate is checked. */
  readonly verify: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** What the finder looks at: handed in, so that tests can make a world of their own. */
export interface Surroundings {
  /** `--host` */
  readonly host?: string | undefined;
  /** `--context` */
  readonly context?: string | undefined;
  /** Paths of files; those that are not given are looked for where docker keeps them. */
  readonly tls?: TlsWish | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  readonly uid: number;
  readonly platform: NodeJS.Platform;
}

/** A place where an engine may answer. */
export interface Endpoint {
  readonly name: string;
  readonly address: string;
  readonly tls?: TlsMaterial;
  /** Who says so, for `engine status`: `DOCKER_HOST`. */
  readonly reason: string;
}

/** A way to find engines. It names places or says why it has none; whether they answer is asked later. */
export interface EndpointStrategy {
  readonly name: string;
  find(world: Surroundings): StrategyAnswer;
}

export type StrategyAnswer =
  /** The user chose this one: no other is tried. */
  | { readonly kind: 'chosen'; readonly endpoint: Endpoint }
  | { readonly kind: 'candidates'; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: 'declined'; readonly reason: string };
