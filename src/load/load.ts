import type { Place } from '../diagnostic/diagnostic.ts';
import { Origins, placeOf } from '../yaml/origins.ts';
import type { Tree } from '../yaml/tree.ts';
import { checkConsistency } from './consistency.ts';
import { Documents } from './documents.ts';
import type { ProjectEnvironment } from './environment.ts';
import { findProjectFiles, type ProjectFiles } from './files.ts';
import { originsAt } from './locate.ts';
import { loadTree, type ModelContext } from './model.ts';
import { chooseProjectName } from './name.ts';
import { Problems } from './problems.ts';
import { buildProject } from './project.ts';
import type { Loaded, LoadRequest, Reader } from './request.ts';
import { applyProfiles, dropUnused, selectServices } from './select.ts';
import { readServiceFiles } from './serviceFiles.ts';
import { withKey } from './stages/environment.ts';
import { normalize } from './stages/normalize.ts';
import { substitute } from './template.ts';
import type { VariableUseAt } from './variables.ts';

/** A project as a tree in long syntax, before it becomes the typed model. */
export interface LoadedTree {
  readonly tree: Tree;
  readonly name: string;
  readonly files: ProjectFiles;
  readonly environment: ProjectEnvironment;
  readonly context: ModelContext;
  readonly uses: readonly VariableUseAt[];
  locate(path: string): readonly Place[];
}

/**
 * Loads a project: finds its files, merges them, and makes the canonical model.
 * @throws InvalidProjectError with all problems of the files; UserError when there is nothing to load
 */
export function loadProject(request: LoadRequest, reader: Reader): Loaded {
  const loaded = loadProjectTree(request, reader);
  const { context, environment } = loaded;
  const { problems } = context;
  const all = buildProject(
    loaded.tree,
    {
      name: loaded.name,
      workingDir: loaded.files.folder,
      configFiles: loaded.files.files,
      environmentFiles: loaded.files.envFiles,
      environment: environment.all(),
    },
    context,
  );
  problems.stopIfAny();
  let project = selectServices(
    applyProfiles(all, profilesOf(request, environment)),
    request.services,
    request.noDeps !== true,
  );
  if (request.consistency !== false) {
    checkConsistency(project, (code, message, path, hint) =>
      problems.error(code, message, { path, hint, place: loaded.locate(path).at(-1) }),
    );
    problems.stopIfAny();
  }
  if (request.allResources !== true) project = dropUnused(project);
  if (request.resolveEnvironment !== false) project = readServiceFiles(project, reader, environment.lookup);
  return { project, diagnostics: problems.warnings, locate: loaded.locate };
}

/** The same up to the tree: what `config --no-interpolate` prints. */
export function loadProjectTree(request: LoadRequest, reader: Reader): LoadedTree {
  const origins = new Origins();
  const problems = new Problems(origins);
  const files = findProjectFiles(request, reader);
  const { environment } = files;
  for (const warning of files.warnings) problems.warn('TSC203', warning);
  const documents = new Documents(reader, { problems, origins });
  const name = chooseProjectName(
    request.projectName,
    environment.lookup,
    namesIn(files, documents),
    files.folder,
  );
  environment.addValue('project name', 'COMPOSE_PROJECT_NAME', name);

  const uses: VariableUseAt[] = [];
  const unset = new Set<string>();
  const context: ModelContext = {
    problems,
    origins,
    reader,
    documents,
    interpolate: request.interpolate !== false,
    resolvePaths: request.resolvePaths !== false,
    included: { count: 0 },
    onUnset: (variable, spot) => {
      if (unset.has(variable)) return;
      unset.add(variable);
      const place = origins.of(spot.container, spot.key).at(-1);
      problems.warn('TSC202', `the variable ${variable} is not set and becomes empty`, {
        path: spot.path,
        place: place === undefined ? undefined : placeOf(place),
      });
    },
    onUse: (use, spot) =>
      uses.push({ ...use, path: spot.path, origin: origins.of(spot.container, spot.key).at(-1) }),
  };
  const set = { files: files.files, folder: files.folder, lookup: environment.lookup, stack: [] };
  let tree = loadTree(set, context);
  if (tree['version'] !== undefined) warnObsolete(tree, context);
  const { version: _, ...rest } = tree;
  origins.carry(tree, rest);
  tree = withKey(rest, 'name', name, context);
  if (request.normalize !== false) tree = normalize(tree, name, environment.lookup, context);
  const locate = (path: string): readonly Place[] =>
    originsAt(tree, path, origins).map((origin) => placeOf(origin));
  return { tree, name, files, environment, context, uses, locate };
}

function warnObsolete(tree: Tree, { problems, origins }: ModelContext): void {
  const origin = origins.of(tree, 'version').at(-1);
  problems.warn('TSC201', 'the attribute "version" is obsolete and has no effect', {
    path: 'version',
    hint: 'remove it',
    place: origin === undefined ? undefined : placeOf(origin, 'version'.length),
  });
}

function namesIn(files: ProjectFiles, documents: Documents): string[] {
  const names: string[] = [];
  for (const file of files.files) {
    for (const document of documents.of(file)) {
      const name = document['name'];
      if (typeof name === 'string') names.push(textOf(name, files.environment));
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

/** `--profile`, else COMPOSE_PROFILES. */
export function profilesOf(request: LoadRequest, environment: ProjectEnvironment): readonly string[] {
  if (request.profiles.length > 0) return request.profiles;
  const listed = environment.lookup('COMPOSE_PROFILES') ?? '';
  return listed
    .split(',')
    .map((profile) => profile.trim())
    .filter((profile) => profile !== '');
}
