import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Which paths of a build context stay out of it. */
export interface Ignore {
  ignores(path: string): boolean;
  /** True if nothing below an ignored folder can come back, so that it need not be walked. */
  readonly prunes: boolean;
  /** Name of the file that the rules came from, within the context. */
  readonly file: string | undefined;
}

/**
 * Reads the rules of a context: `DOCKERFILE.dockerignore` beside the Dockerfile, else `.dockerignore`.
 * @param dockerfile within the context; undefined if it lies elsewhere
 */
export async function readIgnore(context: string, dockerfile: string | undefined): Promise<Ignore> {
  const candidates = [...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]), '.dockerignore'];
  for (const file of candidates) {
    const text = await readFile(join(context, file), 'utf8').catch(() => undefined);
    if (text !== undefined) return { ...(await parseIgnore(text)), file };
  }
  return { ignores: () => false, prunes: true, file: undefined };
}

/** The rules of one file's text. */
export async function parseIgnore(text: string): Promise<Omit<Ignore, 'file'>> {
  const { default: dockerignore } = await import('@balena/dockerignore');
  const rules = dockerignore.default({ ignorecase: false }).add(text.replace(/^\uFEFF/, ''));
  return {
    ignores: (path) => rules.ignores(path),
    prunes: !text.split('\n').some((line) => line.trimStart().startsWith('!')),
  };
}
