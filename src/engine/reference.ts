import { dockerHub } from '../util/reference.ts';

/** The parts that the API wants apart: a digest goes into `tag` too. Without both it is `latest`. */
export function splitReference(reference: string): { name: string; tag: string } {
  const at = reference.indexOf('@');
  if (at >= 0) {
    const { name } = splitTag(reference.slice(0, at));
    return { name, tag: reference.slice(at + 1) };
  }
  const { name, tag } = splitTag(reference);
  return { name, tag: tag ?? 'latest' };
}

function splitTag(text: string): { name: string; tag: string | undefined } {
  const colon = text.lastIndexOf(':');
  if (colon <= text.lastIndexOf('/')) return { name: text, tag: undefined };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1) };
}

/** The registry's host of a reference: the first part, if it looks like a host. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  if (rest.length === 0) return dockerHub;
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  if (!isHost) return dockerHub;
  return first === 'index.docker.io' || first === 'registry-1.docker.io' ? dockerHub : first;
}

/** The full name that stores keep: `busybox` → `docker.io/library/busybox:latest`. */
export function normalReference(reference: string): string {
  const at = reference.indexOf('@');
  const { name, tag } = splitTag(at < 0 ? reference : reference.slice(0, at));
  const registry = registryOf(name);
  const bare = name.startsWith(`${registry}/`) ? name.slice(registry.length + 1) : name;
  const path = registry === dockerHub && !bare.includes('/') ? `library/${bare}` : bare;
  if (at >= 0) return `${registry}/${path}${reference.slice(at)}`;
  return `${registry}/${path}:${tag ?? 'latest'}`;
}
