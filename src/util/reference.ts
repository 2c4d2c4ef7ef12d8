/** The parts of an image reference, written out: `redis` is `docker.io`, `library/redis`, `latest`. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  /** undefined with a digest alone. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

export const dockerHub = 'docker.io';

const hubNames = new Set(['index.docker.io', 'registry-1.docker.io', dockerHub]);
const path = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** Reads a reference as engines do. @returns undefined if it is none */
export function parseReference(text: string): ImageReference | undefined {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const name = tagged ? named.slice(0, colon) : named;
  const tag = tagged ? named.slice(colon + 1) : digest === undefined ? 'latest' : undefined;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = /[.:A-Z]/.test(first) || first === 'localhost';
  const host = isHost ? first : dockerHub;
  const registry = hubNames.has(host) ? dockerHub : host;
  const rest = isHost ? name.slice(slash + 1) : name;
  const repository = registry === dockerHub && !rest.includes('/') ? `library/${rest}` : rest;
  if (!path.test(repository)) return undefined;
  if (tag !== undefined && !tagPattern.test(tag)) return undefined;
  if (digest !== undefined && !digestPattern.test(digest)) return undefined;
  return { registry, repository, tag, digest };
}

/** The reference written out, such as `docker.io/library/redis:7@sha256:…`. */
export function formatReference({ registry, repository, tag, digest }: ImageReference): string {
  const end = digest === undefined ? '' : `@${digest}`;
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${end}`;
}
