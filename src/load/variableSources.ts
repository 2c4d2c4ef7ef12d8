import type { Place } from '../diagnostic/diagnostic.ts';
import { InvalidProjectError } from '../diagnostic/errors.ts';
import { dirname, resolvePath } from '../util/path.ts';
import { placeOf } from '../yaml/origins.ts';
import { isTree, type Tree } from '../yaml/tree.ts';
import { readEntries } from './envFile.ts';
import type { LoadRequest, Reader } from './request.ts';
import { loadTreeOf, type OpenProject, openProject } from './tree.ts';
import type { VariableUseAt } from './variables.ts';

/** A source of variables, and whether it has one of them. */
export interface SourceOf {
  /** `shell`, or the path of an env file. */
  readonly source: string;
  readonly line?: number;
  /** Absent if the source does not have the variable. */
  readonly value?: string;
}

/** A file that has the variable too, for containers only. */
export interface ContainerSource {
  readonly service: string;
  readonly file: string;
  readonly line: number;
  readonly value: string;
}

/** All that is known of one variable. */
export interface VariableSources {
  readonly name: string;
  /** In order of precedence: the first one with a value counts. */
  readonly sources: readonly SourceOf[];
  readonly uses: readonly (VariableUseAt & { readonly place: Place | undefined })[];
  readonly envFiles: readonly ContainerSource[];
}

/**
 * Where the variables of the files come from, sorted by name. Files that are wrong are read as far as possible:
 * a variable that is missing is the usual reason to ask.
 * @param only this variable, used or not
 * @throws InvalidProjectError, UserError if nothing can be read
 */
export function variableSources(
  request: LoadRequest,
  reader: Reader,
  only: string | undefined,
): readonly VariableSources[] {
  const open = openProject(request, reader);
  open.context.problems.stopIfAny();
  // What was used up to a problem is known; the problem itself is for `config` and `lint`.
  open.context.problems.attempt(undefined, () => loadTreeOf(open, request));
  const containers = containerSources(open, reader);
  const names = only === undefined ? new Set(open.uses.map(({ name }) => name)) : [only];
  return [...names].sort().map((name) => ({
    name,
    sources: open.environment.sources
      .filter(({ name: source }) => source !== 'project name')
      .map(({ name: source, values }) => ({ source, ...values.get(name) })),
    uses: open.uses
      .filter((use) => use.name === name)
      .map((use) => ({ ...use, place: use.origin && placeOf(use.origin) })),
    envFiles: containers.filter((entry) => entry.name === name).map(({ name: _, ...entry }) => entry),
  }));
}

/** What `env_file` of services gives to their containers. */
function containerSources(
  { context, environment }: OpenProject,
  reader: Reader,
): (ContainerSource & { readonly name: string })[] {
  return context.documents.all.flatMap((document) => {
    const services: Tree = isTree(document['services']) ? document['services'] : {};
    return Object.entries(services).flatMap(([service, body]) => {
      const home = context.origins.of(services, service).at(-1)?.source.file ?? '';
      return pathsOf(isTree(body) ? body['env_file'] : undefined).flatMap((path) => {
        const file = resolvePath(dirname(home), path);
        return entriesOf(file, reader, environment.lookup).map(({ name, value, line }) => ({
          ...{ name, service, file, line, value },
        }));
      });
    });
  });
}

function pathsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (isTree(value)) return pathsOf(value['path']);
  return Array.isArray(value) ? value.flatMap(pathsOf) : [];
}

function entriesOf(file: string, reader: Reader, lookup: (name: string) => string | undefined) {
  if (reader.kindOf(file) !== 'file') return [];
  try {
    return readEntries(file, reader, lookup);
  } catch (error) {
    if (error instanceof InvalidProjectError) return [];
    throw error;
  }
}
