import { InvalidProjectError, UserError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Loaded, LoadRequest } from '../load/request.ts';
import type { Target } from '../pipeline.ts';
import type { Invocation } from './command.ts';
import { engineOptions } from './engineOptions.ts';
import { noticeLines, noticesOf } from './notices.ts';
import { problemText } from './problems.ts';
import { type Read, type ReadingWish, readingFiles } from './reading.ts';

export type Context = Omit<Invocation, 'options' | 'inner'>;

/** What the loader is asked for, from the command line. */
export function loadRequest({ global, terminal }: Context, more: Partial<LoadRequest> = {}): LoadRequest {
  return {
    workingDir: terminal.workingDir,
    files: global.file,
    profiles: global.profile,
    envFiles: global['env-file'],
    environment: terminal.environment,
    services: [],
    ...(global['project-directory'] !== undefined && { projectDirectory: global['project-directory'] }),
    ...(global['project-name'] !== undefined && { projectName: global['project-name'] }),
    ...(global['all-resources'] && { allResources: true }),
    ...more,
  };
}

/** A loaded project, what of it comes from elsewhere, and its lock. */
export interface OpenLoaded extends Loaded, Omit<Read<Loaded>, 'loaded'> {}

/**
 * Loads the project and prints the warnings of its files.
 * @throws InvalidProjectError, UserError
 */
export async function openLoaded(
  context: Context,
  more: Partial<LoadRequest> = {},
  how: ReadingWish = {},
): Promise<OpenLoaded> {
  const { loadProject } = await import('../load/load.ts');
  const request = loadRequest(context, more);
  const { loaded, ...rest } = await readingFiles(context, (reader) => loadProject(request, reader), how);
  const { terminal, global } = context;
  const quiet = global['log-level'] === 'error' || global['log-level'] === 'fatal';
  if (loaded.diagnostics.length > 0 && !quiet) {
    terminal.stderr.write(
      global.progress === 'json'
        ? noticeLines(noticesOf(loaded.diagnostics))
        : problemText(loaded.diagnostics, { terminal, ansi: global.ansi, format: global.diagnostics }),
    );
  }
  const locate = (path: string) => loaded.locate(path).at(-1);
  return { ...loaded, ...rest, project: { ...loaded.project, locate } };
}

/**
 * The project, or only its name: with `-p` and no `-f`, and with COMPOSE_PROJECT_NAME where there is no
 * compose file. Containers then tell the rest by their labels.
 */
async function openTarget(context: Context): Promise<Target> {
  const { global, terminal } = context;
  const given = global['project-name'];
  if (given !== undefined && given !== '' && global.file.length === 0) return { name: checkedName(given) };
  try {
    // Nothing is made of it, so what is wrong with an env_file stands in no one's way.
    const { project } = await openLoaded(context, { resolveEnvironment: false, allResources: true });
    return { name: project.name, project };
  } catch (error) {
    const name = terminal.environment['COMPOSE_PROJECT_NAME'] ?? '';
    if (name !== '' && isMissing(error)) return { name: checkedName(name) };
    throw error;
  }
}

/** There is no compose file, or none where it should be. */
function isMissing(error: unknown): boolean {
  if (error instanceof InvalidProjectError)
    return error.diagnostics.every(({ code, severity }) => severity === 'warning' || code === 'TSC105');
  return error instanceof UserError;
}

function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
  throw new UserError(
    'project-name',
    `invalid project name ${JSON.stringify(name)}: must consist only of lowercase alphanumeric characters, hyphens and underscores, and start with a letter or digit`,
  );
}

export async function openEngine({ global, terminal, signal }: Context): Promise<Engine> {
  const { connect } = await import('../engine/connect.ts');
  const { environment } = terminal;
  return await connect({ environment, signal, ...engineOptions(global) });
}

/** Connects while the files are read, hands over both, and closes the connection. */
export async function withTarget<T, R>(
  context: Context,
  open: () => Promise<T>,
  use: (engine: Engine, target: T) => Promise<R>,
): Promise<R> {
  const connecting = openEngine(context);
  // What is wrong with the files comes first, whatever becomes of the connection.
  connecting.catch(() => undefined);
  let target: T;
  try {
    target = await open();
  } catch (error) {
    connecting.then((engine) => engine.close()).catch(() => undefined);
    throw error;
  }
  return await using(await connecting, (engine) => use(engine, target));
}

/**
 * The same for a command that works on what is there: its project may be known by name only.
 * @throws InvalidProjectError, UserError
 */
export function onTarget<R>(
  context: Context,
  use: (engine: Engine, target: Target) => Promise<R>,
): Promise<R> {
  return withTarget(context, () => openTarget(context), use);
}

export async function withEngine<R>(context: Context, use: (engine: Engine) => Promise<R>): Promise<R> {
  return await using(await openEngine(context), use);
}

async function using<R>(engine: Engine, use: (engine: Engine) => Promise<R>): Promise<R> {
  try {
    return await use(engine);
  } finally {
    engine.close();
  }
}
