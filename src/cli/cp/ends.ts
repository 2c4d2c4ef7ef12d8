import { lstat, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { type End, parent } from '../../execute/archive/placement.ts';

export type Direction =
  | { readonly from: string; readonly source: string; readonly target: string }
  | { readonly to: string; readonly source: string; readonly target: string };

/**
 * Reads the two arguments of `cp`: one names a service.
 * @throws UserError if both or none does
 */
export function directionOf(first: string, second: string): Direction {
  const [source, target] = [split(first), split(second)];
  if (source.service !== undefined && target.service !== undefined) {
    throw new UserError('usage', 'copying between services is not supported', {
      hint: 'copy here first, then from here',
    });
  }
  if (source.service !== undefined) return { from: source.service, source: source.path, target: target.path };
  if (target.service !== undefined) return { to: target.service, source: source.path, target: target.path };
  throw new UserError('usage', 'unknown copy direction', {
    hint: 'write SERVICE:PATH for the end that is in a container',
  });
}

/** `web:/etc` names a service; `/a:b` and `./a:b` are files here. */
function split(text: string): { service?: string; path: string } {
  const at = text.indexOf(':');
  if (at <= 0 || isAbsolute(text) || text.startsWith('.')) return { path: text };
  return { service: text.slice(0, at), path: text.slice(at + 1) };
}

/** A path of this machine as an absolute one. What its end says (`/`, `/.`) stays. */
export function localPath(workingDir: string, path: string): string {
  const full = resolve(workingDir, path);
  const [end = ''] = /\/\.?$|(?<=^)\.$/.exec(path) ?? [];
  return end === '' || full === '/' ? full : `${full}/${end.replace('/', '')}`;
}

/** The source on this machine. @throws UserError if nothing is there */
export async function localSource(path: string, follow: boolean): Promise<End> {
  const through = follow || /\/\.?$/.test(path);
  const found = await (through ? stat(path) : lstat(path)).catch(() => undefined);
  if (found === undefined) throw new UserError('copy', `no such file or directory: ${path}`);
  return { path, is: found.isDirectory() ? 'directory' : 'other' };
}

/** The target on this machine, links followed. @throws UserError if its folder is not there either */
export async function localTarget(path: string): Promise<End> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) return { path, is: found.isDirectory() ? 'directory' : 'other' };
  const folder = parent(path);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new UserError('copy', `invalid output path: directory ${JSON.stringify(folder)} does not exist`, {
      hint: `mkdir -p ${folder}`,
    });
  }
  return { path, is: 'missing' };
}

/** The target in a container, a link followed. */
export async function containerTarget(engine: Engine, id: string, path: string): Promise<End> {
  const found = await engine.statPath(id, path);
  if (found === undefined) return await missingIn(engine, id, path);
  if (found.linkTarget === '') return { path, is: found.isDirectory ? 'directory' : 'other' };
  const target = linkedPath(path, found.linkTarget);
  const behind = await engine.statPath(id, target);
  return { path: target, is: behind === undefined ? 'missing' : behind.isDirectory ? 'directory' : 'other' };
}

/** Podman would make the folder; both engines refuse alike. */
async function missingIn(engine: Engine, id: string, path: string): Promise<End> {
  const folder = parent(path);
  if ((await engine.statPath(id, folder)) !== undefined) return { path, is: 'missing' };
  throw new UserError('copy', `there is no folder ${folder} in the container`, {
    hint: 'make it first: tscompose exec SERVICE mkdir -p …',
  });
}

/** Where a link in a container leads. */
export function linkedPath(path: string, target: string): string {
  return target.startsWith('/') ? target : resolve('/', parent(path), target);
}
