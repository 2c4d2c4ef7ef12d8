import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Pack } from 'tar-stream';
import { UserError } from '../../diagnostic/errors.ts';
import { put, putFile } from '../archive/entries.ts';
import { type Ignore, readIgnore } from './ignore.ts';

export interface ContextWish {
  /** Absolute path of a folder. */
  readonly folder: string;
  /** As written: relative to the folder, or absolute. */
  readonly dockerfile: string;
  /** In place of a file. */
  readonly inline: string | undefined;
}

/** The tar of a build context, made while it is read, and the Dockerfile's name in it. */
export interface BuildContext {
  readonly tar: Readable;
  readonly dockerfile: string;
}

/**
 * Opens a build context. Files go through one after another, so memory stays small however large it is.
 * Owners are root and order is by name, so that the same files give the same tar.
 * @throws UserError if the folder or the Dockerfile is not there
 */
export async function openContext(wish: ContextWish): Promise<BuildContext> {
  const { folder, inline } = wish;
  const stat = await lstat(folder).catch(() => undefined);
  if (stat === undefined || !(stat.isDirectory() || stat.isSymbolicLink())) {
    throw new UserError('no-context', `there is no folder ${folder} to build from`, {
      hint: 'check build.context; it is relative to the compose file',
    });
  }
  const path = resolve(folder, wish.dockerfile);
  const inside = relative(folder, path);
  const outside = inside.startsWith('..') || inside.startsWith('/');
  const content = inline ?? (outside ? await readDockerfile(path) : undefined);
  if (content === undefined) await readDockerfile(path);
  const ignore = await readIgnore(folder, content === undefined ? inside : undefined);
  const { pack } = await import('tar-stream');
  const tar = pack();
  const added = content === undefined ? undefined : nameFor(content);
  const kept = new Set(
    [ignore.file, added === undefined ? inside : undefined].filter((one) => one !== undefined),
  );
  fill(tar, folder, ignore, kept, added === undefined ? undefined : { name: added, content: content! }).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return { tar: Readable.from(tar, { objectMode: false }), dockerfile: added ?? inside };
}

/** The same content gets the same name, so that the engine's cache knows it again. */
function nameFor(content: string): string {
  return `.dockerfile.${createHash('sha256').update(content).digest('hex').slice(0, 20)}`;
}

async function readDockerfile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UserError(
      'no-dockerfile',
      `failed to read dockerfile: open ${path}: no such file or directory`,
      {
        hint: 'check build.dockerfile; it is relative to build.context',
        cause,
      },
    );
  }
}

async function fill(
  tar: Pack,
  root: string,
  ignore: Ignore,
  kept: ReadonlySet<string>,
  added: { readonly name: string; readonly content: string } | undefined,
): Promise<void> {
  if (added !== undefined)
    await put(tar, { name: added.name, mode: 0o644, size: Buffer.byteLength(added.content) }, added.content);
  const walk = async (folder: string): Promise<void> => {
    for (const name of (await readdir(join(root, folder))).sort()) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const ignored = !kept.has(path) && ignore.ignores(path);
      const needed = !ignored || [...kept].some((one) => one.startsWith(`${path}/`));
      const full = join(root, path);
      const stat = await lstat(full);
      const facts = { name: path, mode: stat.mode & 0o7777, mtime: stat.mtime, uid: 0, gid: 0 };
      if (stat.isDirectory()) {
        if (!ignored) await put(tar, { ...facts, type: 'directory' });
        if (needed || !ignore.prunes) await walk(path);
      } else if (ignored) {
      } else if (stat.isSymbolicLink()) {
        await put(tar, { ...facts, type: 'symlink', linkname: await readlink(full) });
      } else if (stat.isFile()) {
        await putFile(tar, { ...facts, size: stat.size }, full);
      }
    }
  };
  await walk('');
}
