import { below } from '../spec/attribute.ts';
import { document } from '../spec/document.ts';
import { resources } from '../spec/resources.ts';
import { dirname, joinPath, resolvePath } from '../util/path.ts';
import { isTree, type Tree } from '../yaml/tree.ts';
import type { Spot } from './context.ts';
import { readEnvFile } from './environment.ts';
import { localPath } from './files.ts';
import { type FileSet, loadTree, type ModelContext } from './model.ts';
import { withKey } from './stages/environment.ts';
import { mergeTrees } from './stages/merge.ts';
import { absolute } from './stages/paths.ts';
import type { Lookup } from './template.ts';

interface Entry {
  readonly paths: readonly string[];
  readonly directory?: string | undefined;
  readonly envFiles: readonly string[];
}

const mostIncludes = 2_000;
const kinds = ['services', ...(Object.keys(resources) as (keyof typeof resources)[])] as const;

/** Adds what included files define; the including file wins, and of several includes the earlier. */
export function applyIncludes(tree: Tree, file: string, set: FileSet, context: ModelContext): Tree {
  if (tree['include'] === undefined) return tree;
  const { include, ...rest } = tree;
  context.origins.carry(tree, rest);
  if (include === null) return rest;
  if (!Array.isArray(include)) {
    context.problems.at('TSC121', 'include must be a list', 'include', tree, 'include');
    return rest;
  }
  let result: Tree = rest;
  for (const [i, raw] of include.entries()) {
    const entry = readEntry(raw);
    if (entry === undefined) {
      context.problems.at(
        'TSC121',
        `include[${i}] must be a path, or a mapping with path`,
        `include[${i}]`,
        include,
        i,
      );
      continue;
    }
    const spot = { path: `include[${i}]`, container: include, key: i };
    const added = context.problems.attempt(spot, () => loadEntry(entry, file, set, context, spot));
    if (added !== undefined) result = addResources(result, added, context);
  }
  return result;
}

function readEntry(raw: unknown): Entry | undefined {
  if (typeof raw === 'string') return { paths: [raw], envFiles: [] };
  if (!isTree(raw)) return undefined;
  const paths = textsOf(raw['path']);
  const envFiles = textsOf(raw['env_file']);
  if (paths === undefined || paths.length === 0 || envFiles === undefined) return undefined;
  const directory = raw['project_directory'];
  if (directory !== undefined && directory !== null && typeof directory !== 'string') return undefined;
  return { paths, envFiles, ...(directory ? { directory } : {}) };
}

function textsOf(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((v) => typeof v === 'string') ? value : undefined;
}

function loadEntry(
  entry: Entry,
  file: string,
  set: FileSet,
  context: ModelContext,
  spot: Spot,
): Tree | undefined {
  const home = { folder: set.folder, home: context.reader.home };
  const files = entry.paths.map((path) =>
    resolvePath(set.folder, absolute(localPath(path, context.reader), home)),
  );
  const stack = [...set.stack, file];
  const again = files.find((path) => stack.includes(path));
  if (again !== undefined || ++context.included.count > mostIncludes) {
    const message =
      again === undefined
        ? `more than ${mostIncludes} files are included`
        : `${again} includes itself: ${[...stack, again].join(' -> ')}`;
    context.problems.at('TSC131', message, spot.path, spot.container, spot.key);
    return undefined;
  }
  for (const path of files) context.included.files.add(path);
  const folder = entry.directory === undefined ? dirname(files[0] ?? file) : absolute(entry.directory, home);
  const envFiles = entry.envFiles.filter((path) => path !== '/dev/null').map((path) => absolute(path, home));
  const lookup = includeLookup(
    entry.envFiles.length > 0 ? envFiles : defaultEnvFile(folder, context),
    set.lookup,
    context,
  );
  const tree = loadTree({ files, folder, lookup, stack }, { ...context, resolvePaths: true });
  keepValues(tree, lookup, context);
  return tree;
}

/** Configs and secrets take their content from the variables that the include sees. */
function keepValues(tree: Tree, lookup: Lookup, { included }: ModelContext): void {
  for (const kind of ['configs', 'secrets']) {
    const objects = tree[kind];
    for (const object of isTree(objects) ? Object.values(objects) : []) {
      const name = isTree(object) ? object['environment'] : undefined;
      const value = typeof name === 'string' ? lookup(name) : undefined;
      if (value !== undefined && !included.values.has(name as string))
        included.values.set(name as string, value);
    }
  }
}

function defaultEnvFile(folder: string, { reader }: ModelContext): readonly string[] {
  const path = joinPath(folder, '.env');
  return reader.kindOf(path) === 'file' ? [path] : [];
}

/** The including project wins over the env files of the include. */
function includeLookup(paths: readonly string[], outer: Lookup, { reader }: ModelContext): Lookup {
  const values = new Map<string, string>();
  for (const path of paths) {
    const read = readEnvFile(path, reader, (name) => outer(name) ?? values.get(name));
    for (const [name, { value }] of read.values) values.set(name, value);
  }
  return (name) => outer(name) ?? values.get(name);
}

function addResources(tree: Tree, included: Tree, context: ModelContext): Tree {
  let result = tree;
  for (const kind of kinds) {
    const added = included[kind];
    if (!isTree(added)) continue;
    const own = result[kind];
    const merged = isTree(own)
      ? mergeTrees(added, own, below(document, kind), kind, { ...context, keepTags: true })
      : added;
    result = withKey(result, kind, merged, context);
  }
  return result;
}
