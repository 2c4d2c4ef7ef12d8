import type { ListFilter } from '../engine.ts';

/** The `filters` parameter; undefined if nothing is filtered. */
export function filtersOf(filter: ListFilter): Record<string, readonly string[]> | undefined {
  const filters: Record<string, readonly string[]> = { ...filter.other };
  if (filter.labels !== undefined && filter.labels.length > 0) filters['label'] = filter.labels;
  return Object.keys(filters).length === 0 ? undefined : filters;
}

/**
 * Applies names and labels again on our side: Podman joins several label filters of volumes by OR,
 * and engines match parts of names where we mean the whole one.
 */
export function matches(
  filter: ListFilter,
  names: readonly string[],
  labels: Readonly<Record<string, string>>,
): boolean {
  if (filter.names !== undefined && !filter.names.some((name) => names.includes(name))) return false;
  return (filter.labels ?? []).every((wanted) => hasLabel(labels, wanted));
}

/** `key` or `key=value`. */
export function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const at = wanted.indexOf('=');
  if (at < 0) return Object.hasOwn(labels, wanted);
  const key = wanted.slice(0, at);
  return Object.hasOwn(labels, key) && labels[key] === wanted.slice(at + 1);
}

/** Pattern of the engines' name filter that means exactly this name. */
export function exactName(name: string): string {
  return `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
}
