import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { UserError } from '../diagnostic/errors.ts';
import type { Reader } from '../load/request.ts';
import type { StringMap } from '../model/scalars.ts';

/** Reads from the file system and standard input; `loadWithRemotes` adds what comes from elsewhere. */
export function createFileReader(environment: StringMap): Reader {
  const home = environment['HOME'] ?? '/';
  let standardInput: string | undefined;
  return {
    home,
    readText: (path) => decodeText(readBytes(path), path),
    readBytes,
    kindOf,
    canRead,
    realPath,
    // It can be read once only, and a project may be read again.
    readStdin: () => (standardInput ??= decodeText(readFileSync(0), 'standard input')),
    fetchRemote: (reference) => {
      throw new UserError('TSC105', `${reference} is not on this machine`, { hint: 'name a local copy' });
    },
  };
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UserError('TSC105', `can't read ${path}: ${reason(cause)}`, {
      cause,
      hint: 'check the path and its permissions',
    });
  }
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a folder';
    case 'ELOOP':
      return 'its symbolic links go in a circle';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UserError('TSC105', `${name} is not UTF-8 text`, { cause, hint: 'save it as UTF-8' });
  }
}

function kindOf(path: string): ReturnType<Reader['kindOf']> {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'file';
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable';
  }
}

function canRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
