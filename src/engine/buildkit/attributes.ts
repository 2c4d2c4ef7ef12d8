import type { BuildRequest, CacheEntry } from '../build-request.ts';
import { uploadAddress } from './services/upload.ts';

/** Names under which a build asks for its trees. */
export const contextTree = 'context';
export const dockerfileTree = 'dockerfile';
const namedTree = (name: string) => `context:${name}`;

/** Attributes of the Dockerfile front end. */
export function frontendAttributes(request: BuildRequest): Record<string, string> {
  const { context, dockerfile, contexts = {}, target, noCache, noCacheFilter = [], pull } = request;
  const { network, shmSize, extraHosts = [], ulimits = [], platforms = [], memory } = request;
  const attributes: Record<string, string> = { filename: dockerfile };
  const set = (key: string, value: string | undefined): void => {
    if (value !== undefined) attributes[key] = value;
  };
  const remote = typeof context === 'string' ? context : 'tree' in context ? undefined : uploadAddress;
  set('context', remote);
  // Otherwise the front end looks for it in the remote context.
  set(
    'dockerfilekey',
    remote !== undefined && request.dockerfileTree !== undefined ? dockerfileTree : undefined,
  );
  for (const [name, source] of Object.entries(contexts)) {
    set(`context:${name}`, typeof source === 'string' ? source : `local:${namedTree(name)}`);
  }
  for (const [key, value] of Object.entries(request.args)) set(`build-arg:${key}`, value ?? undefined);
  for (const [key, value] of Object.entries(request.labels)) set(`label:${key}`, value);
  for (const [key, value] of Object.entries(request.attestations ?? {})) set(`attest:${key}`, value);
  set('target', target);
  set('no-cache', noCache ? '' : noCacheFilter.length > 0 ? noCacheFilter.join(',') : undefined);
  set('image-resolve-mode', pull ? 'pull' : 'local');
  set('platform', platforms.length > 0 ? platforms.join(',') : undefined);
  set('force-network-mode', network === 'host' || network === 'none' ? network : undefined);
  set('shm-size', shmSize === undefined ? undefined : String(shmSize));
  set('memory', memory === undefined ? undefined : String(memory));
  set('add-hosts', extraHosts.length > 0 ? extraHosts.map(hostEntry).join(',') : undefined);
  set('ulimit', ulimits.length > 0 ? ulimits.map(ulimit).join(',') : undefined);
  const imports = request.cacheFrom?.map(({ type, attributes: Attrs }) => ({ Type: type, Attrs }));
  set('cache-imports', imports === undefined || imports.length === 0 ? undefined : JSON.stringify(imports));
  return attributes;
}

/** The trees of this machine that the build may read. */
export function treesOf({ context, dockerfileTree: own, contexts = {} }: BuildRequest) {
  const local = typeof context !== 'string' && 'tree' in context ? context.tree : undefined;
  const named = Object.entries(contexts).flatMap(([name, source]) =>
    typeof source === 'string' ? [] : [[namedTree(name), source] as const],
  );
  return Object.fromEntries([
    ...(local === undefined ? [] : [[contextTree, local] as const]),
    ...(own === undefined ? [] : [[dockerfileTree, own] as const]),
    ...named,
  ]);
}

/** A network of the host has to be allowed as well as asked for. */
export function entitlementsOf({ entitlements = [], network }: BuildRequest): string[] {
  return [...new Set([...entitlements, ...(network === 'host' ? ['network.host'] : [])])];
}

/** `name:address` → `name=address`: an IPv6 address has colons of its own. */
function hostEntry(entry: string): string {
  return entry.replace(':', '=');
}

function ulimit({ Name, Soft, Hard }: { Name: string; Soft: number; Hard: number }): string {
  return `${Name}=${Soft}:${Hard}`;
}

export function cacheEntries(entries: readonly CacheEntry[] = []) {
  return entries.map(({ type, attributes }) => ({ type, attrs: attributes }));
}
