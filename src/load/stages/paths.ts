import type { Attribute, PathRule } from '../../spec/attribute.ts';
import { isAbsolute, joinPath } from '../../util/path.ts';
import { isTree, type Tree } from '../../yaml/tree.ts';
import { concerns, mapBelow, type Spot, type StageContext, type Visit } from '../context.ts';

const relevant = concerns('path');

export interface PathContext extends StageContext {
  /** Relative paths are taken from here. */
  readonly folder: string;
  readonly home: string;
  readonly realPath: (path: string) => string;
}

/** Makes paths absolute. */
export function resolvePaths(
  value: unknown,
  attribute: Attribute,
  spot: Spot,
  context: PathContext,
): unknown {
  if (value === null || value === undefined || attribute.kind === 'any') return value;
  const resolved = attribute.path === undefined ? value : resolve(value, attribute.path, spot, context);
  if (attribute.fields === undefined && attribute.item === undefined) return resolved;
  const visit: Visit = (v, a, s) => resolvePaths(v, a, s, context);
  return mapBelow(resolved, attribute, spot.path, context.origins, visit, relevant);
}

function resolve(value: unknown, rule: PathRule, spot: Spot, context: PathContext): unknown {
  if (typeof value === 'string') return resolveText(value, rule, context);
  if (!isTree(value)) return value;
  if (rule === 'mount') return resolveMount(value, spot, context);
  if (rule === 'device') return resolveDevice(value, context);
  return value;
}

function resolveText(path: string, rule: PathRule, context: PathContext): string {
  switch (rule) {
    case 'context':
      return isRemoteContext(path) ? path : absolute(path, context);
    case 'watched':
      return context.realPath(absolute(path, context));
    case 'portable':
      if (isWindowsPath(path)) return path;
      // As in the reference: the device of a bind that came out empty is the folder itself.
      return path === '' ? context.folder : absolute(path, context);
    default:
      return absolute(path, context);
  }
}

/** An absolute path as it is; a relative one below the folder, cleaned; `~` is the home folder. */
export function absolute(path: string, { folder, home }: Pick<PathContext, 'folder' | 'home'>): string {
  if (path.startsWith('~')) return joinPath(home, path.slice(1));
  if (path === '' || isAbsolute(path)) return path;
  return joinPath(folder, path);
}

function isRemoteContext(context: string): boolean {
  return context.includes('://') || /^(?:service:|github\.com\/|git@)/.test(context);
}

function isWindowsPath(path: string): boolean {
  return /^[a-zA-Z]:[\\/]/.test(path) || path.startsWith('\\\\');
}

function resolveMount(mount: Tree, spot: Spot, context: PathContext): Tree {
  if (mount['type'] !== 'bind') return mount;
  const source = mount['source'];
  if (typeof source !== 'string' || source === '') {
    const message = `${spot.path} is a bind mount without a source`;
    context.problems.at('TSC144', message, spot.path, spot.container, spot.key);
    return mount;
  }
  return withChange(mount, 'source', resolveText(source, 'portable', context), context);
}

/** The device of a volume that is a bind mount: only where the driver is named, as in the reference. */
function resolveDevice(volume: Tree, context: PathContext): Tree {
  const options = volume['driver_opts'];
  if (volume['driver'] !== 'local' || !isTree(options)) return volume;
  const device = options['device'];
  if (options['o'] !== 'bind' || typeof device !== 'string') return volume;
  const resolved = withChange(options, 'device', resolveText(device, 'portable', context), context);
  return withChange(volume, 'driver_opts', resolved, context);
}

function withChange(tree: Tree, key: string, value: unknown, { origins }: StageContext): Tree {
  if (tree[key] === value) return tree;
  const copy = { ...tree, [key]: value };
  origins.carry(tree, copy);
  return copy;
}
