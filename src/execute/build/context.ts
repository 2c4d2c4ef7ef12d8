import { createHash } from 'node:crypto';
import { access, constants, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import type { FileTree, LocalContext } from '../../engine/build-request.ts';
import { archiveOf } from './archive.ts';
import { readIgnore } from './ignore.ts';
import { folderTree, textTree } from './tree.ts';

export interface ContextWish {
  /** Absolute path of a folder. */
  readonly folder: string;
  /** As written: relative to the folder, or absolute. */
  readonly dockerfile: string;
  /** In place of a file. */
  readonly inline?: string | undefined;
  /** What to build in place of the Dockerfile's own text; rules beside the file still count. */
  readonly rewrite?: (text: string) => string;
}

/** A context of this machine with its Dockerfile, as a build request wants them. */
export interface OpenContext {
  readonly context: LocalContext;
  readonly dockerfileTree: FileTree;
  /** Within its tree. */
  readonly dockerfile: string;
  /** For messages: as in `sub/Dockerfile`. */
  readonly shown: string;
  readonly text: string;
}

/** @throws UserError if the folder or the Dockerfile is not there, or can't be read */
export async function openContext(wish: ContextWish): Promise<OpenContext> {
  const { folder, inline, rewrite } = wish;
  await checkFolder(folder);
  const path = inline === undefined ? await pathOf(folder, wish.dockerfile) : undefined;
  const original = inline ?? (await readDockerfile(path!));
  const text = rewrite?.(original) ?? original;
  const ignore = await readIgnore(folder, path);
  const inside = path === undefined ? undefined : insideOf(folder, path);
  const asIs = inside !== undefined && text === original;
  const added = asIs ? undefined : { name: nameFor(text), content: text };
  const tree = folderTree(folder);
  const own = path === undefined ? undefined : await besides(path);
  return {
    context: {
      tree,
      archive: async () => ({
        tar: await archiveOf(tree, ignore, asIs ? inside : undefined, added),
        dockerfile: added?.name ?? inside!,
      }),
    },
    ...(path !== undefined && text === original
      ? { dockerfileTree: folderTree(dirname(path)), dockerfile: basename(path) }
      : { dockerfileTree: textTree({ Dockerfile: text, ...own }), dockerfile: 'Dockerfile' }),
    shown: inline === undefined ? (inside ?? path!) : 'dockerfile_inline',
    text: original,
  };
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new UserError('no-context', `there is no folder ${folder} to build from`, {
      hint: 'check build.context; it is relative to the compose file',
    });
  }
  if ((await realpath(folder)) === '/') {
    throw new UserError('context-root', 'the build context is /: that would send the whole file system', {
      hint: 'name the folder that the build needs in build.context',
    });
  }
  await access(folder, constants.R_OK | constants.X_OK).catch((cause: unknown) => {
    throw new UserError('context-unreadable', `can't read the build context ${folder}: permission denied`, {
      hint: 'let it be read',
      cause,
    });
  });
}

/** Text of the Dockerfile of a folder. @throws UserError if it is not there, or can't be read */
export async function dockerfileOf(folder: string, dockerfile: string): Promise<string> {
  return await readDockerfile(await pathOf(folder, dockerfile));
}

/** Docker also takes a `dockerfile` in small letters. */
async function pathOf(folder: string, dockerfile: string): Promise<string> {
  const path = resolve(folder, dockerfile);
  if (basename(path) !== 'Dockerfile' || (await exists(path))) return path;
  const small = join(dirname(path), 'dockerfile');
  return (await exists(small)) ? small : path;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function insideOf(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  return inside.startsWith('..') || inside.startsWith('/') ? undefined : inside;
}

/** The same content gets the same name, so that the engine's cache knows it again. */
function nameFor(content: string): string {
  return `.dockerfile.${createHash('sha256').update(content).digest('hex').slice(0, 20)}`;
}

/** An ignore file of the Dockerfile's own, for a tree in which its text is another one. */
async function besides(path: string): Promise<Record<string, string>> {
  const text = await readFile(`${path}.dockerignore`, 'utf8').catch(() => undefined);
  return text === undefined ? {} : { 'Dockerfile.dockerignore': text };
}

async function readDockerfile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const denied = cause instanceof Error && 'code' in cause && cause.code === 'EACCES';
    const reason = denied ? 'permission denied' : 'no such file or directory';
    throw new UserError('no-dockerfile', `failed to read dockerfile: open ${path}: ${reason}`, {
      hint: 'check build.dockerfile; it is relative to build.context',
      cause,
    });
  }
}
