import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { InvalidProjectError } from '../diagnostic/errors.ts';
import { checkConsistency } from '../load/consistency.ts';
import { profilesOf, wholeProject } from '../load/load.ts';
import type { LoadRequest, Reader } from '../load/request.ts';
import { applyProfiles } from '../load/select.ts';
import { readServiceFiles } from '../load/serviceFiles.ts';
import { type LoadedTree, loadTreeOf, type OpenProject, openProject } from '../load/tree.ts';
import type { Project } from '../model/project.ts';
import type { EngineFeatures } from '../translate/input.ts';
import type { Finding, Fix, Subject } from './rule.ts';
import { onEngine } from './rules/engine.ts';
import { fileRules, rules } from './rules.ts';

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
    // Each part adds what it finds, also when a stage ends the load.
    problems.attempt(undefined, () => look(loadTreeOf(open, request), request, reader, engine, fixes));
    const report = reporter(open, fixes);
    const { documents, origins } = open.context;
    for (const rule of fileRules) rule({ documents: documents.all, origins }, report);
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
  const project = wholeProject(loaded);
  const activeProfiles = profilesOf(request, environment);
  checkProfiles(project, activeProfiles, loaded);
  const active = applyProfiles(project, activeProfiles);
  const { services } = readServiceFiles(active, reader, environment.lookup, { problems, locate });
  const subject: Subject = {
    ...{ activeProfiles, tree, origins, environment, reader, engine, locate },
    project: { ...project, services: { ...project.services, ...services } },
    documents: documents.all,
  };
  const report = reporter(loaded, fixes, locate);
  for (const rule of rules) rule(subject, report);
  // A body can be made of what is consistent only.
  if (!problems.hasErrors) onEngine(subject, report);
}

/** Puts findings to the other problems, with their places, and keeps the fixes of those that are not silenced. */
function reporter(
  { context: { problems } }: OpenProject,
  fixes: Fix[],
  locate: Subject['locate'] = () => [],
): (finding: Finding) => void {
  return (finding) => {
    const { code, severity, message, path, hint, place = locate(path).at(-1), related = [], fix } = finding;
    if (finding.told === true) {
      if (fix !== undefined) fixes.push(fix);
      return;
    }
    const others = related.flatMap((one) => {
      const there = locate(one.path).at(-1);
      return there === undefined ? [] : [{ place: there, message: one.message }];
    });
    const more = { path, hint, place, ...(others.length > 0 && { related: others }) };
    if (severity === 'error') problems.error(code, message, more);
    else if (problems.warn(code, message, more) && fix !== undefined) fixes.push(fix);
  };
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
