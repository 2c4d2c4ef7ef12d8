import { type SchemaProblem, validateTree } from '../schema/validate.ts';
import { document } from '../spec/document.ts';
import { dirname } from '../util/path.ts';
import { isTree, type Tree } from '../yaml/tree.ts';
import type { Spot } from './context.ts';
import { pathBelow, type StageContext, top } from './context.ts';
import type { Documents } from './documents.ts';
import { applyExtends } from './extends.ts';
import { applyIncludes } from './include.ts';
import type { Reader } from './request.ts';
import { checkAttributes } from './stages/checks.ts';
import { fillDefaults } from './stages/defaults.ts';
import { resolveBareNames, withKey } from './stages/environment.ts';
import { expand } from './stages/expand.ts';
import { interpolate } from './stages/interpolate.ts';
import { mergeTrees } from './stages/merge.ts';
import { resolvePaths } from './stages/paths.ts';
import { unique } from './stages/unique.ts';
import type { Lookup, VariableUse } from './template.ts';

/** What holds for all files of one load. */
export interface ModelContext extends StageContext {
  readonly reader: Reader;
  readonly documents: Documents;
  readonly interpolate: boolean;
  readonly validate: boolean;
  readonly resolvePaths: boolean;
  readonly onUnset: (name: string, spot: Spot) => void;
  readonly onUse?: ((use: VariableUse, spot: Spot) => void) | undefined;
  /** Services that are left out, as if no file had them. */
  readonly omit?: ReadonlySet<string> | undefined;
  /** How often files were included, as what includes itself in many ways must end; and which. */
  readonly included: {
    count: number;
    readonly files: Set<string>;
    /** Of variables that hold the content of included configs and secrets. */
    readonly values: Map<string, string>;
  };
}

/** A set of files that are merged: those of the project, or those of one include. */
export interface FileSet {
  readonly files: readonly string[];
  /** Relative paths are taken from here. */
  readonly folder: string;
  readonly lookup: Lookup;
  /** Files being included, outermost first. */
  readonly stack: readonly string[];
}

/** Merges the files of a set into one tree in long syntax, with absolute paths and defaults. */
export function loadTree(set: FileSet, context: ModelContext): Tree {
  const { problems, origins } = context;
  let merged: Tree = {};
  for (const file of set.files) {
    for (const raw of context.documents.of(file)) {
      const prepared = prepareDocument(raw, file, set, context);
      // Without tags there is nothing to settle, and nothing to look through.
      const keepTags = !context.documents.tagged;
      merged = mergeTrees(merged, prepared, document, '', { ...context, keepTags });
      merged = shape(merged, context);
    }
  }
  if (Object.keys(merged).length === 0) {
    problems.error('TSC110', `${set.files.join(', ')} is empty: write at least "services"`);
  }
  problems.stopIfAny();
  merged = fillDefaults(merged, document, top, origins) as Tree;
  if (context.validate) checkAttributes(merged, context);
  problems.stopIfAny();
  if (context.resolvePaths) merged = makeAbsolute(merged, set.folder, context);
  return resolveBareNames(merged, set.lookup, set.stack.length > 0, context);
}

function prepareDocument(raw: Tree, file: string, set: FileSet, context: ModelContext): Tree {
  const { problems } = context;
  let tree = putVariables(withoutOmitted(raw, context), set.lookup, context);
  problems.stopIfAny();
  tree = applyIncludes(tree, file, set, context);
  problems.stopIfAny();
  tree = applyExtends(tree, { file, folder: set.folder, lookup: set.lookup }, context);
  problems.stopIfAny();
  return tree;
}

function withoutOmitted(raw: Tree, context: ModelContext): Tree {
  const { omit = new Set() } = context;
  const services = raw['services'];
  if (!isTree(services) || !Object.keys(services).some((name) => omit.has(name))) return raw;
  const kept = Object.fromEntries(Object.entries(services).filter(([name]) => !omit.has(name)));
  context.origins.carry(services, kept);
  return withKey(raw, 'services', kept, context);
}

/** Values with variables in place and scalars settled. */
export function putVariables(raw: Tree, lookup: Lookup, context: ModelContext): Tree {
  const { problems, origins, onUnset, onUse } = context;
  return interpolate(raw, {
    problems,
    origins,
    lookup,
    enabled: context.interpolate,
    onUnset,
    onUse,
  }) as Tree;
}

/** Without duplicates, checked against the schema, in long syntax. */
export function shape(tree: Tree, context: ModelContext): Tree {
  const { problems, origins } = context;
  const first = unique(tree, document, top, context) as Tree;
  if (context.validate) reportSchemaProblems(first, validateTree(first), context);
  const long = expand(first, document, top, { problems, origins, strict: context.interpolate }) as Tree;
  return unique(long, document, top, context) as Tree;
}

function reportSchemaProblems(tree: Tree, found: readonly SchemaProblem[], { problems }: StageContext): void {
  for (const { path, code, message, hint } of found) {
    let container: unknown = tree;
    for (const key of path.slice(0, -1)) {
      container = isTree(container)
        ? container[key]
        : Array.isArray(container)
          ? container[Number(key)]
          : undefined;
    }
    const dotted = path.reduce<string>((at, key) => pathBelow(at, key), '');
    problems.at(code, message, dotted, container, path.at(-1) ?? '', { hint });
  }
}

export function makeAbsolute(tree: Tree, folder: string, context: ModelContext): Tree {
  const { problems, origins, reader } = context;
  const realPath = (path: string): string => reader.realPath(path);
  return resolvePaths(tree, document, top, {
    problems,
    origins,
    folder,
    home: reader.home,
    realPath,
  }) as Tree;
}

export function folderOfFile(file: string, fallback: string): string {
  return file === '-' ? fallback : dirname(file);
}
