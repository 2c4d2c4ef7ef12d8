import type { Place } from '../diagnostic/diagnostic.ts';
import { type Origin, Origins, placeOf, placeOfPart } from '../yaml/origins.ts';
import type { Tree } from '../yaml/tree.ts';
import { Documents } from './documents.ts';
import type { ProjectEnvironment } from './environment.ts';
import { findProjectFiles, type ProjectFiles } from './files.ts';
import { originsAt } from './locate.ts';
import { loadTree, type ModelContext } from './model.ts';
import { chooseProjectName } from './name.ts';
import { Problems } from './problems.ts';
import type { LoadRequest, Reader } from './request.ts';
import { withKey } from './stages/environment.ts';
import { normalize } from './stages/normalize.ts';
import { substitute } from './template.ts';
import type { VariableUseAt } from './variables.ts';

/** The files of a project, found and read, and what the stages need beside them. */
export interface OpenProject {
  readonly files: ProjectFiles;
  readonly environment: ProjectEnvironment;
  readonly context: ModelContext;
  /** Filled as variables are put in. */
  readonly uses: VariableUseAt[];
}

/** A project as a tree in long syntax, before it becomes the typed model. */
export interface LoadedTree extends OpenProject {
  readonly tree: Tree;
  readonly name: string;
  locate(path: string): readonly Place[];
}

/** Finds and reads the files. Problems are left in the context: `loadTreeOf` throws them. */
export function openProject(request: LoadRequest, reader: Reader, omit?: ReadonlySet<string>): OpenProject {
  const origins = new Origins();
  const problems = new Problems(origins);
  const files = findProjectFiles(request, reader);
  for (const warning of files.warnings) problems.warn('TSC204', warning, { hint: 'name one with -f' });
  const documents = new Documents(reader, { problems, origins });
  for (const file of files.files) problems.attempt(undefined, () => documents.of(file));
  const uses: VariableUseAt[] = [];
  const unset = new Set<string>();
  const context: ModelContext = {
    problems,
    origins,
    reader,
    documents,
    interpolate: request.interpolate !== false,
    validate: request.validate !== false,
    resolvePaths: request.resolvePaths !== false,
    included: { count: 0, files: new Set(), values: new Map() },
    omit,
    onUnset: (variable, spot) => {
      if (unset.has(variable)) return;
      unset.add(variable);
      const origin = origins.of(spot.container, spot.key).at(-1);
      problems.warn('TSC202', `the variable ${variable} is not set and becomes empty`, {
        path: spot.path,
        place: origin && placeOfUse(origin, variable),
        hint: `set it in the shell or in .env, or write \${${variable}:-} if it may be empty`,
      });
    },
    onUse: (use, spot) =>
      uses.push({ ...use, path: spot.path, origin: origins.of(spot.container, spot.key).at(-1) }),
  };
  return { files, environment: files.environment, context, uses };
}

function placeOfUse(origin: Origin, variable: string): Place {
  const braced = placeOfPart(origin, `\${${variable}`);
  return braced.length === variable.length + 2 ? braced : placeOfPart(origin, `$${variable}`);
}

/** The project as a tree: what `config --no-interpolate` prints. @throws InvalidProjectError, UserError */
export function loadProjectTree(request: LoadRequest, reader: Reader): LoadedTree {
  return loadTreeOf(openProject(request, reader), request);
}

/** The rest of the way to the tree. @throws InvalidProjectError, UserError */
export function loadTreeOf(open: OpenProject, request: LoadRequest): LoadedTree {
  const { files, environment, context } = open;
  const { problems, origins } = context;
  const name = problems.attempt(undefined, () =>
    chooseProjectName(request.projectName, environment, namesIn(open), files.folder),
  );
  problems.stopIfAny();
  if (name === undefined) throw new Error('a project without a name');
  environment.addValue('project name', 'COMPOSE_PROJECT_NAME', name);
  const set = { files: files.files, folder: files.folder, lookup: environment.lookup, stack: [] };
  let tree = loadTree(set, context);
  if (tree['version'] !== undefined) warnObsolete(tree, context);
  const { version: _, ...rest } = tree;
  origins.carry(tree, rest);
  tree = rest;
  if (request.normalize !== false) {
    tree = normalize(withKey(rest, 'name', name, context), name, environment.lookup, context);
  }
  const locate = (path: string): readonly Place[] =>
    originsAt(tree, path, origins).map((origin) => placeOf(origin));
  return { ...open, tree, name, locate };
}

function warnObsolete(tree: Tree, { problems, origins }: ModelContext): void {
  const origin = origins.of(tree, 'version').at(-1);
  problems.warn('TSC201', 'the attribute "version" is obsolete and has no effect', {
    path: 'version',
    hint: 'remove it',
    place: origin === undefined ? undefined : placeOf(origin),
  });
}

function namesIn({ files, environment, context }: OpenProject): string[] {
  const names: string[] = [];
  for (const file of files.files) {
    for (const document of context.documents.known(file)) {
      const name = document['name'];
      if (typeof name === 'string') names.push(textOf(name, environment));
    }
  }
  return names;
}

/** What is wrong with the template is reported when the whole file is read. */
function textOf(template: string, { lookup }: ProjectEnvironment): string {
  try {
    return substitute(template, lookup);
  } catch {
    return template;
  }
}
