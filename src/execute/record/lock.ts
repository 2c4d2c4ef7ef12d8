import { createHash, randomUUID } from 'node:crypto';
import {
  linkSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import { makeFolder } from '../../util/folder.ts';
import { isCancellation, sleep } from '../cancel.ts';

/** Who holds a lock. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly command: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Start time of the process in ticks since boot, which tells it from a later one of the same number. */
  readonly started: string;
}

export interface Lock {
  release(): void;
}

export interface LockOptions {
  readonly stateFolder: string;
  /** Address of the engine: the same project on two engines is two things. */
  readonly engine: string;
  readonly project: string;
  readonly command: string;
  readonly signal: AbortSignal;
  /** Milliseconds to wait for the holder; absent: until it has ended. */
  readonly patience?: number;
  /** Called once if the lock is held by another; without it, that is an error at once. */
  readonly waiting?: (holder: Holder) => void;
}

const beat = 5_000;
/** A holder on another machine that has not been heard of for so long is gone. */
const silent = 30_000;
const retry = 100;

/**
 * Takes the lock of a project on an engine, so that two commands don't change it at the same time. A lock
 * whose process has ended is taken over.
 * @throws UserError naming the holder if it is held and `waiting` is absent, or when interrupted
 */
export async function lockProject(options: LockOptions): Promise<Lock> {
  const folder = join(options.stateFolder, 'locks');
  const name = createHash('sha256')
    .update(`${placeOf(options.engine)}\n${options.project}`)
    .digest('hex')
    .slice(0, 24);
  const path = join(folder, `${name}.lock`);
  const own: Holder = {
    ...{ pid: process.pid, host: hostname(), command: options.command, since: Date.now() },
    started: startOf(process.pid),
  };
  const mine = join(folder, `${name}.${randomUUID()}`);
  try {
    makeFolder(folder, 0o700);
    writeFileSync(mine, JSON.stringify(own), { mode: 0o600 });
  } catch {
    // A home that can't be written (in containers, say) must not keep anyone from working.
    return { release: () => {} };
  }
  try {
    const end = Date.now() + (options.patience ?? Number.POSITIVE_INFINITY);
    for (let told = false; !tryLink(mine, path); ) {
      const holder = readHolder(path);
      if (holder === undefined || isGone(holder, path)) {
        takeAway(path, holder);
        continue;
      }
      if (options.waiting === undefined || Date.now() >= end) throw held(options.project, holder);
      if (!told) options.waiting(holder);
      told = true;
      await sleep(Math.min(retry, end - Date.now()), options.signal).catch((error: unknown) => {
        throw isCancellation(error) ? held(options.project, holder) : error;
      });
    }
  } finally {
    rmSync(mine, { force: true });
  }
  const timer = setInterval(() => touch(path), beat).unref();
  return {
    release: () => {
      clearInterval(timer);
      if (sameHolder(readHolder(path), own)) rmSync(path, { force: true });
    },
  };
}

/** For people: `tscompose up (process 123, since 12:00:05)`. */
export function holderText({ command, pid, host, since }: Holder): string {
  const where = host === hostname() ? '' : ` on ${host}`;
  return `${command} (process ${pid}${where}, since ${new Date(since).toISOString().slice(11, 19)} UTC)`;
}

function held(project: string, holder: Holder): UserError {
  return new UserError('locked', `project "${project}" is being changed by ${holderText(holder)}`, {
    hint: 'wait until it has ended, or end it',
  });
}

/** One socket may be found by several paths. */
function placeOf(engine: string): string {
  const [, path] = /^unix:\/\/(.+)$/.exec(engine) ?? [];
  try {
    return path === undefined ? engine : `unix://${realpathSync(path)}`;
  } catch {
    return engine;
  }
}

/** Making a hard link fails if the name is there: the one step that only one process can win. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'pid' in value &&
    typeof value.pid === 'number' &&
    'host' in value &&
    'command' in value &&
    'since' in value
  );
}

function sameHolder(a: Holder | undefined, b: Holder): boolean {
  return a !== undefined && a.pid === b.pid && a.host === b.host && a.since === b.since;
}

function isGone(holder: Holder, path: string): boolean {
  if (holder.host !== hostname()) return Date.now() - (modified(path) ?? 0) > silent;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
  const started = startOf(holder.pid);
  return started !== '' && holder.started !== '' && started !== holder.started;
}

/** Moves a dead lock aside; one that another process has taken meanwhile is put back. */
function takeAway(path: string, seen: Holder | undefined): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && (seen === undefined || !sameHolder(moved, seen))) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function startOf(pid: number): string {
  try {
    // Fields after the name in parentheses, which may hold blanks; the start time is the 20th of them.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function modified(path: string): number | undefined {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Taken away by hand: nothing to keep alive.
  }
}
