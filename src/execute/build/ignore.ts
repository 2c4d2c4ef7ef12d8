import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ignoreLines } from './patterns.ts';

/** Which paths of a build context stay out of it. */
export interface Ignore {
  /** Lines as in `.dockerignore`, without comments. */
  readonly lines: readonly string[];
  /** Path of the file that they came from, within the context; undefined if there is none, or it lies elsewhere. */
  readonly file: string | undefined;
}

/**
 * Reads the rules of a context: `DOCKERFILE.dockerignore` beside the Dockerfile, else `.dockerignore`.
 * @param dockerfile its full path; undefined if it is no file
 */
export async function readIgnore(context: string, dockerfile: string | undefined): Promise<Ignore> {
  const own = dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`];
  for (const path of [...own, join(context, '.dockerignore')]) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const file = relative(context, path);
    return { lines: ignoreLines(text), file: file.startsWith('..') ? undefined : file };
  }
  return { lines: [], file: undefined };
}
