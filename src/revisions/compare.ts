import type { RevisionContent } from './revision.ts';

/** One difference between two revisions. */
export interface Difference {
  /** `services.web.environment.A`, `images.web`. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const parts = ['services', 'networks', 'volumes', 'configs', 'secrets', 'models'] as const;

/** What differs between two revisions, by path. Where the project was read from does not count. */
export function compareRevisions(before: RevisionContent, after: RevisionContent): Difference[] {
  const [old, fresh] = [valuesOf(before), valuesOf(after)];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])];
  return paths
    .filter((path) => old.get(path) !== fresh.get(path))
    .sort()
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }));
}

/** The services that differ, each with a word for how; for lists. */
export function summarize(differences: readonly Difference[]): string {
  const services = new Map<string, Set<string>>();
  const others = new Set<string>();
  for (const { path } of differences) {
    const [part = '', name = '', field = 'image'] = path.split('.');
    if (part === 'services' || part === 'images') {
      services.set(name, (services.get(name) ?? new Set()).add(part === 'images' ? 'image' : field));
    } else others.add(`${part}.${name}`);
  }
  const texts = [...services].map(([name, fields]) => {
    const list = [...fields];
    return `${name}: ${list.slice(0, 3).join(', ')}${list.length > 3 ? ', …' : ''}`;
  });
  return [...texts, ...others].join('; ');
}

function valuesOf({ project, images }: RevisionContent): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of parts) flatten(part, project[part], found);
  for (const [service, id] of Object.entries(images)) found.set(`images.${service}`, shortId(id));
  return found;
}

function flatten(path: string, value: unknown, into: Map<string, string>): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) {
    into.set(path, value === null ? 'null' : String(value));
    return;
  }
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  if (entries.length === 0) into.set(path, Array.isArray(value) ? '[]' : '{}');
  for (const [key, one] of entries) flatten(`${path}.${key}`, one, into);
}

function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
