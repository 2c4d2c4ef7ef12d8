import { helperProgram } from '../data/program.ts';
import { EngineError, UserError } from '../diagnostic/errors.ts';
import { tarOf } from '../engine/client/archive.ts';
import type { Engine } from '../engine/engine.ts';
import { type Ended, runIn } from '../execute/exec.ts';
import { parts } from './transfer.ts';

/** Paths in one command: far below what a kernel takes. */
const atOnce = 400;
const helper = '/.tscompose-helper';

/**
 * Removes paths in a running container, by its own `rm`; where the image has none, the helper is put there for a
 * moment. What is not there is fine.
 * @returns false if the container does not run, any more: nothing can be removed before it does
 * @throws UserError if neither can
 */
export async function removeIn(engine: Engine, id: string, paths: readonly string[]): Promise<boolean> {
  try {
    for (const part of parts(paths, atOnce)) {
      const own = await attempt(engine, id, ['rm', '-rf', '--', ...part]);
      if (own?.exitCode === 0) continue;
      if (own !== undefined && !isNoProgram(own)) throw refused(own.tail);
      await byHelper(engine, id, part);
    }
    return true;
  } catch (error) {
    if (isNotRunning(error)) return false;
    throw error;
  }
}

async function byHelper(engine: Engine, id: string, paths: readonly string[]): Promise<void> {
  const program = engine.facts.os === 'linux' ? await helperProgram(engine.facts.arch) : undefined;
  if (program === undefined) throw refused('its image has no rm, and there is no helper for this engine');
  const file = { target: helper, content: program.bytes, mode: 0o755, uid: 0, gid: 0 };
  await engine.putArchive(id, '/', await tarOf([file]));
  const ended = await attempt(engine, id, [helper, 'remove', ...paths, helper]);
  if (ended?.exitCode !== 0) throw refused(ended?.tail ?? 'its image has no rm, and the helper does not run');
}

/** @returns undefined if the engine could not run it */
async function attempt(engine: Engine, id: string, command: readonly string[]): Promise<Ended | undefined> {
  try {
    return await runIn(engine, id, { command, user: '0' });
  } catch (error) {
    if (isNotRunning(error) || !(error instanceof EngineError) || error.kind === 'unreachable') throw error;
    if (/exec|runtime/i.test(error.message)) return undefined;
    throw error;
  }
}

/** Engines refuse to run a command in a container that is stopped or on its way to be. */
function isNotRunning(error: unknown): boolean {
  return error instanceof EngineError && error.kind === 'conflict';
}

/** How shells and runtimes say that there is no such program. */
function isNoProgram({ exitCode, tail }: Ended): boolean {
  return exitCode === 126 || exitCode === 127 || (exitCode < 0 && /not found|no such file/i.test(tail));
}

function refused(why: string): UserError {
  return new UserError('sync', `what has gone here can't be removed there: ${why}`, {
    hint: 'a container that is made anew does not have it: tscompose up --force-recreate --no-deps SERVICE',
  });
}
