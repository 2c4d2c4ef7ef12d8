import { UserError } from '../diagnostic/errors.ts';
import { dirname, joinPath, resolvePath } from '../util/path.ts';
import { folderOf, isDefaultDisabled, namedEnvFiles, ProjectEnvironment } from './environment.ts';
import type { LoadRequest, Reader } from './request.ts';

const baseNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'] as const;
const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
] as const;

/** What belongs to the project before any file is read. */
export interface ProjectFiles {
  /** Absolute paths in merge order; `-` is standard input. Local copies of remote ones. */
  readonly files: readonly string[];
  readonly folder: string;
  readonly environment: ProjectEnvironment;
  /** Given by flag or variable; empty if the default is in use. */
  readonly envFiles: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Finds the compose files, the project directory and the environment.
 * @throws UserError
 */
export function findProjectFiles(request: LoadRequest, reader: Reader): ProjectFiles {
  const environment = new ProjectEnvironment(request, reader);
  const named = namedEnvFiles(request);
  const defaults = named === undefined && !isDefaultDisabled(request);
  const given = request.projectDirectory;
  const directory = given === undefined || given === '' ? undefined : resolvePath(request.workingDir, given);
  const firstFlag = request.files.find((file) => file !== '-');
  const early =
    directory ??
    (firstFlag === undefined
      ? request.workingDir
      : folderOf(givenPath(firstFlag, reader), request.workingDir));
  if (named !== undefined) environment.addFiles(named);
  else if (defaults) environment.addDefault(early);

  const warnings: string[] = [];
  const files = listFiles(request, environment, reader, directory ?? request.workingDir, warnings);
  const first = files.find((file) => file !== '-');
  const folder = directory ?? (first === undefined ? request.workingDir : dirname(first));
  if (defaults) environment.addDefault(folder);
  return { files, folder, environment, envFiles: named ?? [], warnings };
}

function listFiles(
  request: LoadRequest,
  environment: ProjectEnvironment,
  reader: Reader,
  searchFrom: string,
  warnings: string[],
): string[] {
  const isGiven = request.files.length > 0;
  const listed = isGiven ? request.files : filesOfVariable(environment);
  if (listed.length > 0) {
    const pathOf = isGiven ? givenPath : localPath;
    return listed.map((file) =>
      file === '-' ? file : resolvePath(request.workingDir, pathOf(file, reader)),
    );
  }
  for (let folder = searchFrom; ; folder = dirname(folder)) {
    const found = baseNames.filter((name) => reader.kindOf(joinPath(folder, name)) !== 'missing');
    const [base] = found;
    if (base !== undefined) {
      if (found.length > 1) warnings.push(`${folder} holds ${found.join(', ')}; ${base} is used`);
      const override = overrideNames.find((name) => reader.kindOf(joinPath(folder, name)) !== 'missing');
      return override === undefined
        ? [joinPath(folder, base)]
        : [joinPath(folder, base), joinPath(folder, override)];
    }
    if (folder === dirname(folder)) break;
  }
  throw new UserError(
    'TSC105',
    `no configuration file provided: no compose file in ${searchFrom} or a folder above it`,
    {
      hint: `create ${baseNames[0]}, or name a file with -f`,
    },
  );
}

function filesOfVariable({ lookup }: ProjectEnvironment): readonly string[] {
  const value = lookup('COMPOSE_FILE');
  return value ? value.split(lookup('COMPOSE_PATH_SEPARATOR') || ':') : [];
}

/** A git or OCI reference becomes the path of a local copy. */
export function localPath(file: string, reader: Reader): string {
  return isRemote(file) ? reader.fetchRemote(file) : file;
}

/** The same for what `-f` names. */
function givenPath(file: string, reader: Reader): string {
  try {
    return localPath(file, reader);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint } = error;
    throw new UserError(code, `-f: ${message}`, { cause: error, ...(hint !== undefined && { hint }) });
  }
}

/** Whether a file reference is for `Reader.fetchRemote`: a git URL or an OCI artifact. */
export function isRemote(reference: string): boolean {
  return /^(?:oci:\/\/|git:\/\/|git@|github\.com\/|(?:https?|ssh|file|git\+[a-z]+):\/\/.*\.git(?:#|$|\/))/.test(
    reference,
  );
}
