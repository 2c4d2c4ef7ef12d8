import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import type { Engine } from '../../src/engine/engine.ts';

/** All paths below a folder with their kinds, modes and digests of their contents, in order. */
export async function treeOnDisk(folder: string): Promise<readonly string[]> {
  const lines: string[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const name of await readdir(join(folder, below))) {
      const path = below === '' ? name : `${below}/${name}`;
      const stats = await lstat(join(folder, path));
      if (stats.isSymbolicLink()) lines.push(`${path} > ${await readlink(join(folder, path))}`);
      else if (stats.isDirectory()) {
        lines.push(`${path}/ ${stats.mode & 0o7777}`);
        await walk(path);
      } else lines.push(`${path} ${stats.mode & 0o7777} ${hash(await readFile(join(folder, path)))}`);
    }
  };
  await walk('');
  return lines.sort();
}

/** The same of a folder in a container. */
export async function treeInContainer(
  engine: Engine,
  id: string,
  folder: string,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const { stream } = await engine.getArchive(id, folder);
  const entries = extract();
  stream.pipe(entries);
  for await (const entry of entries) {
    const { name, type, mode = 0, linkname } = entry.header;
    // The folder's own name comes first.
    const path = name.split('/').slice(1).join('/').replace(/\/$/, '');
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
    if (path === '') continue;
    if (type === 'symlink') lines.push(`${path} > ${linkname}`);
    else if (type === 'directory') lines.push(`${path}/ ${mode & 0o7777}`);
    else lines.push(`${path} ${mode & 0o7777} ${hash(Buffer.concat(chunks))}`);
  }
  return lines.sort();
}

function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
