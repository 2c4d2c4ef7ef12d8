import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../diagnostic/errors.ts';
import { makeFolder } from '../util/folder.ts';
import type { Fetched } from './remotes.ts';

interface GitReference {
  readonly repository: string;
  readonly revision: string;
  /** Below the root of the repository; a folder stands for its compose file. */
  readonly path: string;
}

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
/** Milliseconds that one call of git may take. */
const patience = 120_000;

/**
 * Fetches `REPOSITORY[#REVISION[:PATH]]` with the local git into the cache, where each commit has a folder.
 * @param commit takes the place of the revision: what a lock file says
 * @throws UserError when it can't be fetched
 */
export async function fetchGit(reference: string, cacheDir: string, commit?: string): Promise<Fetched> {
  const { repository, revision, path } = parseGitReference(reference);
  const home = join(cacheDir, 'git', createHash('sha256').update(repository).digest('hex').slice(0, 32));
  makeFolder(home, 0o700);
  const done = (found: string): Fetched => ({
    path: composeFileAt(join(home, found, path), reference),
    version: { commit: found },
  });
  if (commit !== undefined && existsSync(join(home, commit))) return done(commit);
  const work = mkdtempSync(join(home, 'new-'));
  const git = (...args: readonly string[]) => run(work, args, reference);
  try {
    await git('init', '--quiet');
    const fetch = (what: string, ...more: string[]) =>
      git('fetch', '--quiet', ...more, '--', repository, what);
    // Some servers give out names only: the commit then comes with the history of its branch.
    if (commit === undefined) await fetch(revision, '--depth', '1');
    else await fetch(commit, '--depth', '1').catch(() => fetch(revision));
    const found = commit ?? (await git('rev-parse', 'FETCH_HEAD')).trim();
    if (!existsSync(join(home, found))) {
      await git('checkout', '--quiet', '--force', found);
      rename(work, join(home, found));
    }
    return done(found);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Another process may have been faster with the same content. */
export function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
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

function run(folder: string, args: readonly string[], reference: string): Promise<string> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
  return new Promise((resolve, reject) => {
    execFile('git', args, { cwd: folder, env, timeout: patience }, (cause, stdout, stderr) => {
      if (cause === null) return resolve(stdout);
      const said = stderr.trim();
      reject(
        new UserError('TSC105', `git can't fetch ${reference}${said === '' ? '' : `: ${said}`}`, {
          cause,
          hint: 'check that git is installed and that you may read the repository',
        }),
      );
    });
  });
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
