import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../diagnostic/errors.ts';

interface GitReference {
  readonly repository: string;
  readonly revision: string;
  /** Below the root of the repository; a folder stands for its compose file. */
  readonly path: string;
}

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/**
 * Fetches `REPOSITORY[#REVISION[:PATH]]` with the local git into the cache.
 * @returns the path of the compose file in the local copy
 * @throws UserError when it can't be fetched, and for OCI artifacts
 */
export function fetchRemote(reference: string, cacheDir: string): string {
  if (reference.startsWith('oci://')) {
    throw new UserError('TSC105', `${reference}: compose files in a registry can't be read`, {
      hint: 'fetch the file yourself and name the local copy with -f',
    });
  }
  const { repository, revision, path } = parseGitReference(reference);
  const folder = join(
    cacheDir,
    'git',
    createHash('sha256').update(`${repository}#${revision}`).digest('hex'),
  );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(join(folder, '.git'))) git(folder, ['init', '--quiet'], reference);
  git(folder, ['fetch', '--quiet', '--depth', '1', '--', repository, revision], reference);
  git(folder, ['checkout', '--quiet', '--force', 'FETCH_HEAD'], reference);
  return composeFileAt(join(folder, path), reference);
}

/** `#REVISION:PATH` may be missing, in whole or in part; the revision is then the default branch. */
export function parseGitReference(reference: string): GitReference {
  const hash = reference.indexOf('#');
  const url = hash < 0 ? reference : reference.slice(0, hash);
  const fragment = hash < 0 ? '' : reference.slice(hash + 1);
  const colon = fragment.indexOf(':');
  const revision = colon < 0 ? fragment : fragment.slice(0, colon);
  const path = colon < 0 ? '' : fragment.slice(colon + 1);
  if (revision.startsWith('-') || path.split('/').includes('..')) {
    throw new UserError('TSC105', `${reference} names no place in the repository`, {
      hint: 'write URL#REVISION:PATH',
    });
  }
  const repository = url.startsWith('github.com/') ? `https://${url}` : url.replace(/^git\+/, '');
  return { repository, revision: revision === '' ? 'HEAD' : revision, path };
}

function git(folder: string, args: readonly string[], reference: string): void {
  try {
    const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
    execFileSync('git', args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
  } catch (cause) {
    const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new UserError('TSC105', `git can't fetch ${reference}${stderr === '' ? '' : `: ${stderr}`}`, {
      cause,
      hint: 'check that git is installed and that you may read the repository',
    });
  }
}

function composeFileAt(path: string, reference: string): string {
  if (!existsSync(path)) throw new UserError('TSC105', `${reference}: the repository has no such file`);
  if (!statSync(path).isDirectory()) return path;
  const name = names.find((candidate) => existsSync(join(path, candidate)));
  if (name !== undefined) return join(path, name);
  throw new UserError('TSC105', `${reference}: there is no compose file`, {
    hint: 'name one: URL#REVISION:PATH',
  });
}
