import { InvalidProjectError } from '../diagnostic/errors.ts';
import type { Project } from '../model/project.ts';
import { checkConsistency } from './consistency.ts';
import type { ProjectEnvironment } from './environment.ts';
import { faultyAndUnneeded } from './needed.ts';
import { buildProject } from './project.ts';
import type { Loaded, LoadRequest, Reader } from './request.ts';
import { applyProfiles, dropUnused, selectServices } from './select.ts';
import { readServiceFiles } from './serviceFiles.ts';
import { type LoadedTree, loadTreeOf, type OpenProject, openProject } from './tree.ts';

/**
 * Loads a project: finds its files, merges them, and makes the canonical model.
 * @throws InvalidProjectError with all problems of the files; UserError when there is nothing to load
 */
export function loadProject(request: LoadRequest, reader: Reader): Loaded {
  const open = openProject(request, reader);
  if (request.onlyNeeded !== true || request.services.length === 0) return finish(open, request, reader);
  try {
    return finish(open, request, reader);
  } catch (error) {
    if (error instanceof InvalidProjectError) return withoutFaulty(error, open, request, reader);
    throw error;
  }
}

/**
 * Faults of services that nothing asks for are warnings; these services then count as ones that are not active.
 * @throws InvalidProjectError if something that is asked for is wrong
 */
function withoutFaulty(
  error: InvalidProjectError,
  { context, environment }: OpenProject,
  request: LoadRequest,
  reader: Reader,
): Loaded {
  const omit = new Set<string>();
  const faults = [...error.diagnostics];
  for (let current = error; ; ) {
    const read = { documents: context.documents.all, lookup: environment.lookup };
    const names = faultyAndUnneeded(current.diagnostics, request.services, read)?.filter((n) => !omit.has(n));
    if (names === undefined || names.length === 0) throw error;
    for (const name of names) omit.add(name);
    try {
      const loaded = finish(openProject(request, reader, omit), request, reader);
      const left = Object.fromEntries([...omit].map((name) => [name, {}]));
      const told = faults.filter(({ severity }) => severity === 'error');
      return {
        ...loaded,
        project: { ...loaded.project, disabledServices: { ...loaded.project.disabledServices, ...left } },
        diagnostics: [
          ...told.map((fault) => ({ ...fault, severity: 'warning' as const })),
          ...loaded.diagnostics,
        ],
      };
    } catch (next) {
      if (!(next instanceof InvalidProjectError)) throw next;
      current = next;
      faults.push(...next.diagnostics);
    }
  }
}

function finish(open: OpenProject, request: LoadRequest, reader: Reader): Loaded {
  const loaded = loadTreeOf(open, request);
  const { context, environment, locate } = loaded;
  const { problems } = context;
  const check = (one: Project): void => {
    checkConsistency(one, (code, message, path, hint) =>
      problems.error(code, message, { path, hint, place: locate(path).at(-1) }),
    );
    problems.stopIfAny();
  };
  const withFiles = (one: Project): Project => {
    const read = readServiceFiles(one, reader, environment.lookup, { problems, locate });
    problems.stopIfAny();
    return read;
  };
  const checked = request.consistency !== false;
  const resolved = request.resolveEnvironment !== false;
  let project = applyProfiles(wholeProject(loaded), profilesOf(request, environment));
  if (request.onlyNeeded !== true && request.services.length > 0) {
    // What is not named has to be right all the same.
    if (checked) check(project);
    if (resolved) withFiles(project);
  }
  project = selectServices(project, request.services, request.noDeps !== true);
  if (checked) check(project);
  if (request.allResources !== true) project = dropUnused(project);
  if (resolved) project = withFiles(project);
  return { project, diagnostics: problems.all, locate };
}

/** The typed project with all services, whatever their profiles. @throws InvalidProjectError */
export function wholeProject({ tree, name, files, environment, context }: LoadedTree): Project {
  const facts = {
    name,
    workingDir: files.folder,
    configFiles: files.files,
    environmentFiles: files.envFiles,
    environment: { ...Object.fromEntries(context.included.values), ...environment.all() },
  };
  const project = buildProject(tree, facts, context);
  context.problems.stopIfAny();
  return project;
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
