import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Drift } from '../lock/apply.ts';
import { type Lock, lockName } from '../lock/lock.ts';
import type { Project } from '../model/project.ts';
import type { RemoteVersion } from '../model/remote.ts';
import type { Context } from './session.ts';

/** The lock of a project, and where it is. */
export interface FoundLock {
  readonly path: string;
  /** undefined if there is none. @throws UserError if it is there and can't be used */
  readonly read: () => Promise<Lock | undefined>;
}

/** The lock at a path; read once, when it is asked for. */
export function lockAt(path: string): FoundLock {
  let known: Promise<Lock | undefined> | undefined;
  return {
    path,
    read: () => {
      known ??= readLock(path);
      return known;
    },
  };
}

/**
 * Where the lock of a project is: beside its first compose file, or where `--project-directory` points.
 * Files from elsewhere have none beside them: then it is where the command was started.
 */
export function lockPath(context: Context, isRemote: (file: string) => boolean): string {
  const { global, terminal } = context;
  const given = global['project-directory'];
  if (given !== undefined) return resolve(terminal.workingDir, given, lockName);
  const listed =
    global.file.length > 0 ? global.file : (terminal.environment['COMPOSE_FILE'] ?? '').split(':');
  const first = listed.find((file) => file !== '-' && file !== '');
  if (first === undefined || isRemote(first)) return join(terminal.workingDir, lockName);
  return join(dirname(resolve(terminal.workingDir, first)), lockName);
}

async function readLock(path: string): Promise<Lock | undefined> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new UserError('lock-file', `${path} can't be read: ${messageOf(error)}`, { exit: 3, cause: error });
  }
  const { parseLock } = await import('../lock/lock.ts');
  return await parseLock(text, path);
}

/** Whole or not at all. @returns false if it was like that already */
export async function writeLock(path: string, lock: Lock): Promise<boolean> {
  const { lockText } = await import('../lock/lock.ts');
  const text = await lockText(lock);
  try {
    if (textOf(path) === text) return false;
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw new UserError('lock-file', `${path} can't be written: ${messageOf(error)}`, { cause: error });
  }
  return true;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The project with what its lock says. A lock that does not fit is told; with `--locked` it ends the command.
 * @throws UserError (exit 3)
 */
export async function applyLock(
  context: Context,
  engine: Engine,
  project: Project,
  { path, read }: FoundLock,
  remotes: ReadonlyMap<string, RemoteVersion>,
): Promise<Project> {
  const strict = context.global.locked === true;
  const lock = await read();
  if (lock === undefined) {
    if (!strict) return project;
    throw new UserError('locked', `there is no ${path}`, { hint: 'make it: tscompose lock', exit: 3 });
  }
  const [{ driftOf, withLock }, { basesOf }] = await Promise.all([
    import('../lock/apply.ts'),
    import('../execute/build/bases.ts'),
  ]);
  const { os, arch } = engine.facts;
  const platform = `${os}/${arch}`;
  const { bases, unread } = await basesOf(project, platform);
  const lines = driftLines(driftOf(project, lock, platform, { remotes, bases }), strict);
  const open = strict ? unread.filter(({ service }) => service in project.services) : [];
  if (open.length > 0) {
    const each = open.map(({ service, why }) => `the build of "${service}" (${why})`).join(', ');
    throw new UserError('locked', `${path} can't hold the images that these start from: ${each}`, {
      hint: 'put the Dockerfile where it can be read: build from a folder, or use dockerfile_inline',
      exit: 3,
    });
  }
  if (strict && lines.length > 0) {
    throw new UserError('locked', `${path} does not fit the compose files: ${lines.join('; ')}`, {
      hint: 'bring it up to date with `tscompose lock`, and review the difference',
      exit: 3,
    });
  }
  for (const line of lines) context.terminal.stderr.write(`warning: ${lockName}: ${line} (tscompose lock)\n`);
  return withLock(project, lock);
}

/** What is in the lock and not used any more harms only those who want it exact. */
function driftLines({ missing, stale, platforms }: Drift, strict: boolean): readonly string[] {
  return [
    ...(missing.length > 0 ? [`it lacks ${missing.join(', ')}`] : []),
    ...(platforms.length > 0 ? [`it does not know ${platforms.join(', ')}`] : []),
    ...(strict && stale.length > 0 ? [`it has ${stale.join(', ')}, which nothing uses`] : []),
  ];
}
