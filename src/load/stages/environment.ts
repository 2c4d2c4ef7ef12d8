import { isTree, type Tree } from '../../yaml/tree.ts';
import type { StageContext } from '../context.ts';
import type { Lookup } from '../template.ts';

/**
 * Names without a value in `environment` take the value that the project's environment has, if any. What is included is
 * merged and checked once more: there an empty list must stay one.
 */
export function resolveBareNames(tree: Tree, lookup: Lookup, included: boolean, context: StageContext): Tree {
  return mapServices(tree, context, (service) => {
    const given = service['environment'];
    if (included && Array.isArray(given) && given.length === 0) return service;
    const environment = resolveNames(given, lookup, true, context);
    return environment === given ? service : withKey(service, 'environment', environment, context);
  });
}

/** Values for the names that have none; those that stay without are kept or dropped. Nothing is left of an empty list. */
export function resolveNames(
  value: unknown,
  lookup: Lookup,
  keep: boolean,
  { origins }: StageContext,
): unknown {
  if (Array.isArray(value)) {
    const resolved = value.map((entry: unknown) => {
      if (typeof entry !== 'string' || entry.includes('=')) return entry;
      const found = lookup(entry);
      return found === undefined ? (keep ? entry : undefined) : `${entry}=${found}`;
    });
    const kept = resolved.filter((entry) => entry !== undefined);
    if (kept.length === 0) return null;
    if (kept.length === value.length) origins.carry(value, kept);
    return kept;
  }
  if (!isTree(value) || !Object.values(value).includes(null)) return value;
  const resolved: Tree = {};
  for (const [name, given] of Object.entries(value)) {
    const found = given === null ? lookup(name) : given;
    if (found !== undefined || keep) resolved[name] = found ?? null;
  }
  origins.carry(value, resolved);
  return resolved;
}

/** Applies a change to every service that is a mapping. */
export function mapServices(
  tree: Tree,
  context: StageContext,
  change: (service: Tree, name: string) => Tree,
): Tree {
  const services = tree['services'];
  if (!isTree(services)) return tree;
  let changed: Tree | undefined;
  for (const [name, service] of Object.entries(services)) {
    if (!isTree(service)) continue;
    const after = change(service, name);
    if (after === service) continue;
    if (changed === undefined) {
      changed = { ...services };
      context.origins.carry(services, changed);
    }
    changed[name] = after;
  }
  return changed === undefined ? tree : withKey(tree, 'services', changed, context);
}

export function withKey(tree: Tree, key: string, value: unknown, { origins }: StageContext): Tree {
  const copy = { ...tree, [key]: value };
  origins.carry(tree, copy);
  return copy;
}
