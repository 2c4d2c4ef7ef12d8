import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';
import { plainDigest } from '../util/plain-digest.ts';

/** What a plan was made from, as short text: moves as soon as a container, network, volume or image does. */
export function fingerprintOf(
  project: Project | { readonly name: string },
  ...worlds: readonly Observed[]
): string {
  const seen = worlds.map((observed) => [
    observed.engine,
    observed.containers.map((c) => [
      c.id,
      c.name,
      c.state,
      c.labels,
      Object.values(c.networks).map((n) => n.networkId),
    ]),
    observed.networks.map((n) => [n.id, n.name, n.labels]),
    observed.volumes.map((v) => [v.name, v.driver, v.options, v.labels, v.created]),
    Object.entries(observed.images).map(([reference, { id }]) => [reference, id]),
  ]);
  return plainDigest(stable([project, seen]));
}

/** JSON with sorted keys. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${stable(v)}`).join(',')}}`;
}
