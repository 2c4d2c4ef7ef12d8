import type { Place } from '../diagnostic/diagnostic.ts';
import { UserError } from '../diagnostic/errors.ts';
import { dirname, joinPath, resolvePath } from '../util/path.ts';
import { readEntries } from './envFile.ts';
import type { LoadRequest, Reader } from './request.ts';
import { readBoolean } from './stages/interpolate.ts';

/** One source of variables, in order of precedence. */
export interface EnvironmentSource {
  /** `shell`, or the path of an env file. */
  readonly name: string;
  readonly values: ReadonlyMap<string, { readonly value: string; readonly line?: number }>;
}

/** Reads one env file. @throws InvalidProjectError, UserError */
export function readEnvFile(
  path: string,
  reader: Reader,
  lookup: (name: string) => string | undefined,
): EnvironmentSource {
  if (reader.kindOf(path) === 'missing') {
    throw new UserError('TSC105', `env file ${path} not found`, { hint: 'check the path' });
  }
  const entries = readEntries(path, reader, lookup);
  return { name: path, values: new Map(entries.map((e) => [e.name, { value: e.value, line: e.line }])) };
}

/** The variables of the project, gathered step by step: what is known first wins. */
export class ProjectEnvironment {
  readonly sources: EnvironmentSource[];
  readonly #reader: Reader;

  constructor(request: LoadRequest, reader: Reader) {
    this.#reader = reader;
    const shell = Object.entries(request.environment).map(([k, value]) => [k, { value }] as const);
    this.sources = [{ name: 'shell', values: new Map(shell) }];
  }

  readonly lookup = (name: string): string | undefined => {
    for (const source of this.sources) {
      const found = source.values.get(name);
      if (found !== undefined) return found.value;
    }
    return undefined;
  };

  /** The line of the env file that gives the value that counts; undefined if it is from elsewhere. */
  placeOf(name: string): Place | undefined {
    const source = this.sources.find(({ values }) => values.has(name));
    const line = source?.values.get(name)?.line;
    return source === undefined || line === undefined
      ? undefined
      : { file: source.name, line, column: 1, length: name.length };
  }

  /** Later files win over earlier ones; each may refer to what comes before it. */
  addFiles(paths: readonly string[]): void {
    const read: EnvironmentSource[] = [];
    for (const path of paths) {
      const lookup = (name: string): string | undefined =>
        this.lookup(name) ?? read.find((s) => s.values.has(name))?.values.get(name)?.value;
      read.unshift(readEnvFile(path, this.#reader, lookup));
    }
    this.sources.push(...read);
  }

  /** The `.env` of a folder, if there is one that was not read yet. */
  addDefault(folder: string): void {
    const path = joinPath(folder, '.env');
    if (this.#reader.kindOf(path) !== 'file' && this.#reader.kindOf(path) !== 'unreadable') return;
    if (!this.sources.some((s) => s.name === path)) this.addFiles([path]);
  }

  addValue(source: string, name: string, value: string): void {
    if (this.lookup(name) === undefined)
      this.sources.push({ name: source, values: new Map([[name, { value }]]) });
  }

  all(): Record<string, string> {
    const all: Record<string, string> = {};
    for (const source of [...this.sources].reverse()) {
      for (const [name, { value }] of source.values) all[name] = value;
    }
    return all;
  }
}

/** The env files that the command line or the shell names, as absolute paths; undefined: the default `.env`. */
export function namedEnvFiles(request: LoadRequest): readonly string[] | undefined {
  const listed = request.environment['COMPOSE_ENV_FILES'];
  const files = request.envFiles.length > 0 ? request.envFiles : listed ? listed.split(',') : [];
  return files.length === 0 ? undefined : files.map((file) => resolvePath(request.workingDir, file));
}

/** @throws UserError when the variable is no boolean */
export function isDefaultDisabled(request: LoadRequest): boolean {
  const value = request.environment['COMPOSE_DISABLE_ENV_FILE'];
  if (value === undefined || value === '') return false;
  const known =
    value === '1'
      ? true
      : value === '0'
        ? false
        : value === 't'
          ? true
          : value === 'f'
            ? false
            : readBoolean(value);
  if (known === undefined || !/^(?:1|0|t|f|true|false)$/i.test(value)) {
    throw new UserError('TSC144', `COMPOSE_DISABLE_ENV_FILE must be true or false, not "${value}"`);
  }
  return known;
}

export function folderOf(path: string, from: string): string {
  return dirname(resolvePath(from, path));
}
