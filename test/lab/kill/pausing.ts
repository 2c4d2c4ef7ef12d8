import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended, Group, Started } from '../group.ts';
import type { Host } from '../hosts.ts';
import { type Point, points } from './points.ts';

const pause = new URL('pause.mjs', import.meta.url).href;

export function pointNamed(name: string): Point {
  const found = points.find((point) => point.name === name);
  if (found === undefined) throw new Error(`no such point: ${name}`);
  return found;
}

/** Begins a move of a group that stands still (SIGSTOP) when it has come to a point. */
export function moveUntil(
  group: Group,
  one: Host,
  two: Host,
  { operation, on, status, nth, notice, delay = 0 }: Point,
  more: readonly string[] = [],
): Started {
  const engine = on === 'source' ? one.remote : two.remote;
  const LAB_PAUSE = JSON.stringify({ operation, engine, status, nth, notice, delay });
  const words = ['--progress', 'json', 'migrate', '--to', two.remote, ...more];
  return group.start(one.remote, words, { LAB_PAUSE, NODE_OPTIONS: `--import=${pause}` });
}

/** Waits until it stands still. @returns how it ended, if it never came there */
export async function cameTo({ child, ended }: Started): Promise<Ended | undefined> {
  let over: Ended | undefined;
  void ended.then((end) => {
    over = end;
  });
  while (over === undefined && !isStopped(child.pid!)) await sleep(30);
  return over;
}

function isStopped(pid: number): boolean {
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Does something while a move stands still at a point. @returns how the move ended */
export async function meanwhile(
  started: Started,
  what: (started: Started) => Promise<unknown>,
): Promise<Ended> {
  const over = await cameTo(started);
  if (over !== undefined) throw new Error(`never came to the point\n${over.output}`);
  try {
    await what(started);
  } finally {
    started.child.kill('SIGCONT');
  }
  return await started.ended;
}
