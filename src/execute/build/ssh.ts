import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { UserError } from '../../diagnostic/errors.ts';
import type { BuildRequest } from '../../engine/build-request.ts';
import type { StringMap } from '../../model/scalars.ts';
import { keyAgent } from './key-agent.ts';

interface SshWorld {
  readonly environment: StringMap;
  /** Folders that a relative path may start from, the first in which it is found. */
  readonly folders: readonly string[];
}

/**
 * The agents and keys that a build may use, by id.
 * @param entries `default`, `ID=SOCKET`, or `ID=KEY[,KEY]`
 * @throws UserError for an agent or key that is not there
 */
export async function openSsh(
  service: string,
  entries: readonly string[],
  world: SshWorld,
): Promise<NonNullable<BuildRequest['ssh']>> {
  const open: Record<string, () => Duplex> = {};
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const id = at < 0 ? entry : entry.slice(0, at);
    const given = at < 0 ? '' : entry.slice(at + 1);
    open[id] = await source(service, id, given, world);
  }
  return open;
}

async function source(service: string, id: string, given: string, world: SshWorld): Promise<() => Duplex> {
  const failure = (reason: string, hint: string) =>
    new UserError('ssh-missing', `service "${service}": build.ssh "${id}": ${reason}`, { hint });
  if (given === '') {
    const socket = world.environment['SSH_AUTH_SOCK'] ?? '';
    if (socket === '') {
      throw failure(
        'invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set',
        'start an agent (eval "$(ssh-agent)"; ssh-add), or name a key: ID=PATH',
      );
    }
    if ((await stat(socket).catch(() => undefined))?.isSocket() !== true) {
      throw failure(`there is no agent at ${socket} (SSH_AUTH_SOCK)`, 'start one: eval "$(ssh-agent)"');
    }
    return () => connect(socket);
  }
  const keys: Buffer[] = [];
  for (const path of given.split(',')) {
    const found = await find(path, world.folders);
    if (found === undefined)
      throw failure(`there is no file ${path}`, 'name a key, or the socket of an agent');
    if (found.socket) return () => connect(found.path);
    keys.push(await readFile(found.path));
  }
  try {
    return await keyAgent(keys);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw failure(`${given} is no usable private key: ${reason}`, 'a key with a passphrase needs an agent');
  }
}

async function find(path: string, folders: readonly string[]) {
  for (const folder of folders) {
    const full = resolve(folder, path);
    const found = await stat(full).catch(() => undefined);
    if (found !== undefined) return { path: full, socket: found.isSocket() };
  }
  return undefined;
}
