import { createWriteStream } from 'node:fs';
import { chmod, lchown, link, lstat, lutimes, mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Header } from 'tar-stream';
import { UserError } from '../../diagnostic/errors.ts';
import type { Placement } from './placement.ts';

export interface UnpackWish extends Placement {
  /** Give files the owners that they have in the archive; otherwise they are ours. */
  readonly owners: boolean;
}

/**
 * Writes the entries of a tar below a folder, the first part of their names replaced. The archive comes from
 * a container, so nothing may leave the folder: not by `..`, and not through a link.
 * @returns names of entries that could not be made here (devices)
 * @throws UserError for an entry that would leave the folder, or that meets something of another kind
 */
export async function unpackTo(tar: Readable, wish: UnpackWish): Promise<readonly string[]> {
  const { extract } = await import('tar-stream');
  const unpacking = new Unpacking(wish);
  const entries = extract();
  tar.once('error', (error) => entries.destroy(error));
  tar.pipe(entries);
  try {
    for await (const entry of entries) {
      await unpacking.entry(entry.header, entry);
      entry.resume();
    }
  } finally {
    tar.destroy();
  }
  await unpacking.finish();
  return unpacking.leftOut;
}

class Unpacking {
  readonly leftOut: string[] = [];
  readonly #wish: UnpackWish;
  /** Folders below ours that are known to be no links. */
  readonly #sound = new Set<string>();
  /** Times of folders are set at the end, for every entry in them changes them. */
  readonly #times: (readonly [path: string, time: Date])[] = [];

  constructor(wish: UnpackWish) {
    this.#wish = wish;
  }

  async entry(header: Header, content: AsyncIterable<unknown>): Promise<void> {
    const name = this.#renamed(header.name);
    const path = join(this.#wish.folder, name);
    if (name === '') return;
    await this.#checkParents(name);
    const found = await lstat(path).catch(() => undefined);
    if (header.type === 'directory') {
      if (found !== undefined && !found.isDirectory()) throw otherKind(path, 'is no directory');
      if (found === undefined) await mkdir(path);
      this.#times.push([path, header.mtime ?? new Date()]);
    } else {
      if (found?.isDirectory()) throw otherKind(path, 'is a directory');
      if (found !== undefined) await rm(path);
      if (!(await this.#make(header, path, content))) return;
    }
    await this.#dress(header, path);
  }

  async finish(): Promise<void> {
    for (const [path, time] of this.#times.reverse()) await utimes(path, time, time);
  }

  /** @returns false for what can't be made */
  async #make(header: Header, path: string, content: AsyncIterable<unknown>): Promise<boolean> {
    const { type, linkname } = header;
    if (type === 'symlink') await symlink(linkname ?? '', path);
    else if (type === 'link') {
      const target = this.#renamed(linkname ?? '');
      await this.#checkParents(target);
      await link(join(this.#wish.folder, target), path);
    } else if (type === 'file' || type === 'contiguous-file') {
      await pipeline(Readable.from(content), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    } else {
      this.leftOut.push(header.name);
      return false;
    }
    return true;
  }

  async #dress({ type, uid, gid, mode, mtime }: Header, path: string): Promise<void> {
    if (type === 'link') return;
    if (this.#wish.owners) await this.#own(path, uid ?? 0, gid ?? 0);
    if (type === 'symlink') {
      if (mtime) await lutimes(path, mtime, mtime);
      return;
    }
    if (mode !== undefined) await chmod(path, mode & 0o7777);
    if (mtime && type !== 'directory') await utimes(path, mtime, mtime);
  }

  async #own(path: string, uid: number, gid: number): Promise<void> {
    try {
      await lchown(path, uid, gid);
    } catch (cause) {
      throw new UserError('copy', `${path} can't be given to ${uid}:${gid}`, {
        hint: 'only root may give files away; leave out --archive to own them yourself',
        cause,
      });
    }
  }

  /** The entry's name below our folder. */
  #renamed(name: string): string {
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..'))
      throw new UserError('copy', `the archive has a path that leaves its folder: ${name}`);
    const { name: first, content } = this.#wish;
    const rest = content ? parts : parts.slice(1);
    return (first === '' ? rest : [first, ...rest]).join('/');
  }

  async #checkParents(name: string): Promise<void> {
    const folder = dirname(name);
    if (folder === '.' || this.#sound.has(folder)) return;
    await this.#checkParents(folder);
    const path = join(this.#wish.folder, folder);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) await mkdir(path);
    else if (!found.isDirectory()) throw otherKind(path, 'is no directory');
    this.#sound.add(folder);
  }
}

function otherKind(path: string, what: string): UserError {
  return new UserError('copy', `${path} ${what}, and stays as it is`, {
    hint: 'move it away, or copy to another place',
  });
}
