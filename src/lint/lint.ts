import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { InvalidProjectError } from '../diagnostic/errors.ts';
import { checkConsistency } from '../load/consistency.ts';
import { profilesOf, wholeProject } from '../load/load.ts';
import type { LoadRequest, Reader } from '../load/request.ts';
import { applyProfiles } from '../load/select.ts';
import { readServiceFiles } from '../load/serviceFiles.ts';
import { type LoadedTree, loadTreeOf, openProject } from '../load/tree.ts';
import type { Project } from '../model/project.ts';
import type { EngineFeatures } from '../translate/input.ts';
import type { Tree } from '../yaml/tree.ts';
import type { Finding, Fix, Subject } from './rule.ts';
import { onEngine } from './rules/engine.ts';
import { rules } from './rules.ts';

export interface LintResult {
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
  /** What can be put right without a change of meaning. */
  readonly fixes: readonly Fix[];
}

/** What is judged by when no engine was asked: everything that any engine knows. */
const newest: EngineFeatures = { kind: 'docker', version: '29.0', apiVersion: '1.52' };

/**
 * Looks for errors, and for what is legal and most likely not meant, in all services, active or not.
 * @throws UserError when there is nothing to look at
 */
export function lint(request: LoadRequest, reader: Reader, engine: EngineFeatures = newest): LintResult {
  const fixes: Fix[] = [];
  try {
    const open = openProject(request, reader);
    const { problems } = open.context;
    // Nothing is lost when a stage ends the load: all that is known by then has been collected.
    problems.attempt(undefined, () => look(loadTreeOf(open, request), request, reader, engine, fixes));
    return { diagnostics: problems.all, fixes };
  } catch (error) {
    if (error instanceof InvalidProjectError) return { diagnostics: error.diagnostics, fixes };
    throw error;
  }
}

function look(
  loaded: LoadedTree,
  request: LoadRequest,
  reader: Reader,
  engine: EngineFeatures,
  fixes: Fix[],
): void {
  const { context, environment, locate, tree } = loaded;
  const { problems, origins, documents } = context;
  if (tree['version'] === undefined) fixes.push(...versionFixes(documents.all, loaded));
  const project = wholeProject(loaded);
  const activeProfiles = profilesOf(request, environment);
  checkProfiles(project, activeProfiles, loaded);
  const active = applyProfiles(project, activeProfiles);
  const { services } = readServiceFiles(active, reader, environment.lookup, { problems, locate });
  const filled = { ...project, services: { ...project.services, ...services } };
  const subject: Subject = {
    ...{ project: filled, activeProfiles, tree, origins, environment, reader, engine, locate },
    documents: documents.all,
  };
  const report = ({ severity, fix, related, place, ...finding }: Finding): void => {
    const others = (related ?? []).flatMap(({ path, message }) => {
      const there = locate(path).at(-1);
      return there === undefined ? [] : [{ place: there, message }];
    });
    const { code, message, path, hint } = finding;
    const where = place ?? locate(path).at(-1);
    const more = { path, hint, place: where, ...(others.length > 0 && { related: others }) };
    if (severity === 'error') problems.error(code, message, more);
    else if (problems.warn(code, message, more) && fix !== undefined) fixes.push(fix);
  };
  for (const rule of rules) rule(subject, report);
  // A body can be made of what is consistent only.
  if (!problems.hasErrors) onEngine(subject, report);
}

/** For the TSC201 of the loader, in every file that has it. */
function versionFixes(documents: readonly Tree[], { context }: LoadedTree): Fix[] {
  if (!context.problems.warnings.some(({ code }) => code === 'TSC201')) return [];
  return documents.flatMap((document): Fix[] => {
    const origin = Object.hasOwn(document, 'version')
      ? context.origins.of(document, 'version').at(-1)
      : undefined;
    return origin === undefined
      ? []
      : [{ kind: 'remove-entry', file: origin.source.file, offset: origin.offset }];
  });
}

/** What holds with the active profiles, and what holds when one more is made active. */
function checkProfiles(project: Project, active: readonly string[], { context, locate }: LoadedTree): void {
  const every = Object.values(project.services).flatMap(({ profiles }) => profiles ?? []);
  for (const extra of [undefined, ...new Set(every)]) {
    const chosen = extra === undefined ? active : [...active, extra];
    checkConsistency(applyProfiles(project, chosen), (code, message, path, hint) => {
      // A dependency that another profile would bring is what TSC210 is about.
      if (extra !== undefined && path.includes('.depends_on.') && message.endsWith('is not active')) return;
      context.problems.error(code, message, { path, hint, place: locate(path).at(-1) });
    });
  }
}
