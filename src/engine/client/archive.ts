import { Readable } from 'node:stream';
import { EngineError } from '../../diagnostic/errors.ts';
import type { FileToCopy } from '../../model/bodies.ts';
import { numberOf, objectOf, parseJson, textOf } from '../../util/json.ts';
import type { Engine, PathStat } from '../engine.ts';
import { type Api, segment } from './api.ts';

type ArchiveCalls = Pick<Engine, 'getArchive' | 'putArchive' | 'statPath' | 'copyFiles'>;

/** Files in and out of containers. */
export function archiveCalls(api: Api): ArchiveCalls {
  const put: Engine['putArchive'] = async (id, path, tar, options = {}) => {
    const { noOverwriteDirNonDir, copyUidGid } = options;
    const query = {
      path,
      noOverwriteDirNonDir: noOverwriteDirNonDir || undefined,
      // Podman takes it as "give all to the container's user"; without it both engines keep owners.
      copyUIDGID: (copyUidGid === true && !api.podman) || undefined,
    };
    await api.run('PUT', archivePath(id), { query, body: tar });
  };
  return {
    putArchive: put,
    getArchive: async (id, path) => {
      const answer = await api.send('GET', archivePath(id), { query: { path }, own: true });
      return { stream: answer, stat: pathStat(answer.headers[statHeader]) };
    },
    statPath: async (id, path) => {
      try {
        const answer = await api.send('HEAD', archivePath(id), { query: { path } });
        answer.resume();
        return pathStat(answer.headers[statHeader]);
      } catch (error) {
        // A HEAD has no message: whether the path or the container is missing, only a look at the latter tells.
        if (!(error instanceof EngineError) || !['not-found', 'unsupported'].includes(error.kind))
          throw error;
        await api.json('GET', `/containers/${segment(id)}/json`);
        return undefined;
      }
    },
    copyFiles: async (id, files) => {
      if (files.length > 0) await put(id, '/', await tarOf(files));
    },
  };
}

const statHeader = 'x-docker-container-path-stat';

function archivePath(id: string): string {
  return `/containers/${segment(id)}/archive`;
}

/** A tar of the files with their owners and modes; missing folders are made by the engine. */
export async function tarOf(files: readonly FileToCopy[], time: Date = new Date()): Promise<Uint8Array> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  for (const file of files) {
    const { mode, uid, gid, content } = file;
    const name = file.target.replace(/^\/+/, '');
    tar.entry({ name, mode, uid, gid, mtime: time, type: 'file' }, Buffer.from(content));
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of Readable.from(tar)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The header with a path's facts: base64 of JSON, its mode in Go's bits. */
export function pathStat(header: string | string[] | undefined): PathStat {
  const text = Buffer.from(textOf(header), 'base64').toString('utf8');
  const raw = objectOf(parseJson(text));
  const mode = posixMode(numberOf(raw['mode']));
  const isLink = (mode & fileTypes.mask) === fileTypes.link;
  return {
    name: textOf(raw['name']),
    size: numberOf(raw['size']),
    mode,
    mtime: textOf(raw['mtime']),
    linkTarget: isLink ? textOf(raw['linkTarget']) : '',
    isDirectory: (mode & fileTypes.mask) === fileTypes.directory,
  };
}

const fileTypes = {
  mask: 0o170000,
  directory: 0o040000,
  link: 0o120000,
  block: 0o060000,
  char: 0o020000,
  pipe: 0o010000,
  socket: 0o140000,
  file: 0o100000,
} as const;

/** Go's `os.FileMode` as POSIX mode bits. */
export function posixMode(mode: number): number {
  const has = (bit: number) => Math.floor(mode / 2 ** bit) % 2 === 1;
  const special = (has(23) ? 0o4000 : 0) | (has(22) ? 0o2000 : 0) | (has(20) ? 0o1000 : 0);
  return (mode & 0o777) | special | typeBits(has);
}

function typeBits(has: (bit: number) => boolean): number {
  if (has(31)) return fileTypes.directory;
  if (has(27)) return fileTypes.link;
  if (has(26)) return has(21) ? fileTypes.char : fileTypes.block;
  if (has(25)) return fileTypes.pipe;
  return has(24) ? fileTypes.socket : fileTypes.file;
}
