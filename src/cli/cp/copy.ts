import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { packPath } from '../../execute/archive/pack.ts';
import { base, placement } from '../../execute/archive/placement.ts';
import { unpackTo } from '../../execute/archive/unpack.ts';
import type { Terminal } from '../command.ts';
import { containerTarget, linkedPath, localPath, localSource, localTarget } from './ends.ts';

export interface CopyWish {
  readonly source: string;
  readonly target: string;
  /** Links at the source's end stand for what they lead to. */
  readonly followLink: boolean;
  /** Keep the owners' numbers. */
  readonly archive: boolean;
}

/** Copies a path of a container here, or as a tar to standard output for the target `-`. */
export async function copyFrom(
  engine: Engine,
  id: string,
  terminal: Terminal,
  { source, target, followLink, archive }: CopyWish,
): Promise<void> {
  const here = target === '-' ? undefined : await localTarget(localPath(terminal.workingDir, target));
  const link = followLink ? ((await engine.statPath(id, source))?.linkTarget ?? '') : '';
  const path = link === '' ? source : linkedPath(source, link);
  const { stream, stat } = await engine.getArchive(id, path);
  if (here === undefined) {
    await pipeline(stream, terminal.stdout, { end: false });
    return;
  }
  const is = stat.isDirectory ? 'directory' : 'other';
  // A link that was followed gives its own name to what it leads to.
  const placed = placement({ path: source, is }, here);
  const leftOut = await unpackTo(stream, { ...placed, owners: archive });
  if (leftOut.length > 0)
    terminal.stderr.write(`warning: left out, for they are devices: ${leftOut.join(', ')}\n`);
}

/** Copies a path of this machine into a container, or the tar on standard input for the source `-`. */
export async function copyTo(
  engine: Engine,
  id: string,
  { workingDir }: Terminal,
  { source, target, followLink, archive }: CopyWish,
  input: () => Readable,
): Promise<void> {
  const there = await containerTarget(engine, id, target);
  const options = { noOverwriteDirNonDir: true, copyUidGid: archive };
  if (source === '-') {
    if (there.is !== 'directory') {
      throw new UserError('copy', `destination "${target}" must be a directory`, {
        hint: 'the archive on standard input is unpacked into a folder that exists',
      });
    }
    await engine.putArchive(id, there.path, input(), options);
    return;
  }
  const path = localPath(workingDir, source);
  const from = await localSource(path, followLink);
  const { folder, name } = placement(from, there);
  const tar = await packPath({
    path,
    name: name || (from.is === 'directory' ? '' : base(path)),
    follow: followLink,
  });
  await engine.putArchive(id, folder, tar, options);
}

/**
 * Standard input for several readers: it is kept in a file meanwhile.
 * @param readers how many will call what `use` is handed
 */
export async function withInput<R>(
  stdin: Readable,
  readers: number,
  use: (input: () => Readable) => Promise<R>,
): Promise<R> {
  if (readers < 2) return await use(() => stdin);
  const folder = await mkdtemp(join(tmpdir(), 'tscompose-cp-'));
  try {
    const file = join(folder, 'input.tar');
    await pipeline(stdin, createWriteStream(file));
    return await use(() => createReadStream(file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
