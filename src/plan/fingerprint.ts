import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';

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
  return digest(stable([project, seen]));
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

/** 128 bits of four FNV-1a lanes: notices accidents, is no seal against malice. */
function digest(text: string): string {
  const lanes = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    for (let lane = 0; lane < 4; lane += 1)
      lanes[lane] = Math.imul(lanes[lane]! ^ (code + lane * i), 0x01000193);
  }
  return lanes.map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}
