import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { EngineError } from '../../diagnostic/errors.ts';
import { makeFolder } from '../../util/folder.ts';
import { codeOf } from '../http/errors.ts';
import { forgetProcess, type PrivateEngine, rememberProcess, runningProcess } from '../state.ts';

export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Longest time for an engine to come up or go down, in milliseconds. */
const patience = 60_000;

/**
 * Starts an engine that goes on when we end, and waits until its socket answers. Two commands at the
 * same moment start one: the second waits for the first.
 * @throws EngineError with the engine's last words if it does not come up
 */
export async function launch(engine: PrivateEngine, program: Program): Promise<void> {
  makeFolder(engine.folder, 0o711);
  makeFolder(dirname(engine.socket), 0o711);
  const release = await lock(join(engine.folder, 'starting'), () => answers(engine.socket));
  try {
    if (await answers(engine.socket)) return;
    forgetProcess(engine);
    await spawnAndWait(engine, program);
  } finally {
    release();
  }
}

async function spawnAndWait(engine: PrivateEngine, program: Program): Promise<void> {
  const log = join(engine.folder, 'log');
  const out = openSync(log, 'w', 0o600);
  const child = spawn(program.path, program.args, {
    detached: true,
    stdio: ['ignore', out, out],
    env: { ...program.environment },
    cwd: '/',
  });
  closeSync(out);
  let end: string | undefined;
  child.once('error', (error) => {
    end = error.message;
  });
  child.once('exit', (code, signal) => {
    end = signal === null ? `exit code ${code}` : signal;
  });
  if (child.pid !== undefined) rememberProcess(engine, child.pid);
  const up = await until(async () => end !== undefined || (await answers(engine.socket)));
  if (up && end === undefined) {
    child.unref();
    return;
  }
  child.kill('SIGTERM');
  forgetProcess(engine);
  throw new EngineError('other', `start ${engine.kind}`, failure(program, end, log), {
    hint: `its log is ${log}`,
  });
}

function failure(program: Program, end: string | undefined, log: string): string {
  const words = readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n  ');
  return `${program.path} did not start (${end ?? `no answer within ${patience / 1000} s`}):\n  ${words}`;
}

/** Ends the engine of this place, if the process is the one that we started. @returns whether it ran */
export async function end(engine: PrivateEngine): Promise<boolean> {
  const running = runningProcess(engine);
  if (running === undefined) {
    forgetProcess(engine);
    return false;
  }
  process.kill(running.pid, 'SIGTERM');
  const gone = await until(async () => runningProcess(engine) === undefined);
  if (!gone) {
    throw new EngineError(
      'other',
      `stop ${engine.kind}`,
      `the engine (process ${running.pid}) does not end`,
      {
        hint: `see its log, ${join(engine.folder, 'log')}`,
      },
    );
  }
  forgetProcess(engine);
  return true;
}

/** Whether something accepts connections there. */
export function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect({ path: socket });
    const done = (result: boolean) => {
      connection.destroy();
      resolve(result);
    };
    connection.once('connect', () => done(true));
    connection.once('error', () => done(false));
  });
}

async function until(condition: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + patience;
  for (;;) {
    if (await condition()) return true;
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A file that only one can make. One that was left behind by a crash counts no more after a while. */
async function lock(path: string, done: () => Promise<boolean>): Promise<() => void> {
  const stale = patience + 10_000;
  for (;;) {
    try {
      closeSync(openSync(path, 'wx'));
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (await done()) return () => {};
    if (ageOf(path) > stale) rmSync(path, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function ageOf(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
