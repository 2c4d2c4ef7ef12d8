import { joinPath } from '../util/path.ts';
import { below } from './below.ts';
import type { Rule } from './rules.ts';
import type { Change } from './tree.ts';

/** A path of this machine and its place in containers. */
export interface Copy {
  readonly host: string;
  readonly container: string;
}

/** What a batch of changes leads to. */
export interface Work {
  /** Services to build and make anew. */
  readonly rebuild: readonly string[];
  /** By service; what has gone here is to go there. */
  readonly sync: ReadonlyMap<string, readonly Copy[]>;
  /** Services to restart, after what they get has arrived. */
  readonly restart: readonly string[];
  /** Rules whose commands are to run once, after what they get has arrived. */
  readonly exec: readonly Rule[];
}

/** Decides what changes lead to, rule by rule. */
export function decide(changes: readonly Change[], rules: readonly Rule[]): Work {
  const rebuild = new Set<string>();
  const restart = new Set<string>();
  const exec = new Set<Rule>();
  const sync = new Map<string, Map<string, Copy>>();
  for (const change of changes) {
    for (const rule of rules) {
      if (!matches(change, rule)) continue;
      const { service, action } = rule;
      const copy = copyOf(change, rule);
      if (copy !== undefined) {
        const copies = sync.get(service) ?? new Map<string, Copy>();
        sync.set(service, copies.set(copy.container, copy));
      }
      if (action === 'rebuild') rebuild.add(service);
      if (action === 'restart' || action === 'sync+restart') restart.add(service);
      if (action === 'sync+exec') exec.add(rule);
    }
  }
  return {
    rebuild: [...rebuild],
    sync: new Map([...sync].map(([service, copies]) => [service, [...copies.values()]])),
    // They are made anew anyway.
    restart: [...restart].filter((service) => !rebuild.has(service)),
    exec: [...exec],
  };
}

/** A watched folder that comes into being is no change yet: what is in it is. */
function matches({ path, now, before }: Change, rule: Rule): boolean {
  if (now === 'other' || (now === undefined && before === 'other')) return false;
  if (path === rule.path && now === 'directory' && before === undefined) return false;
  return rule.has(path);
}

/** Where a path of a rule goes; undefined if the rule copies nothing. */
export function copyOf(
  { path, now, before }: Change,
  { path: root, target, mounted }: Rule,
): Copy | undefined {
  const rel = below(root, path);
  if (target === undefined || rel === undefined) return undefined;
  if (mounted.some((source) => below(source, path) !== undefined)) return undefined;
  const isFile = (now ?? before) !== 'directory';
  // A file that goes to `folder/` keeps its name there.
  const name = rel === '' && isFile && target.endsWith('/') ? (path.split('/').at(-1) ?? '') : rel;
  return { host: path, container: joinPath(target, name) };
}

export function isIdle({ rebuild, sync, restart, exec }: Work): boolean {
  return rebuild.length + sync.size + restart.length + exec.length === 0;
}
