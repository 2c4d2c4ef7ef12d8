import type { Engine } from '../../engine/engine.ts';
import type { Target } from '../../pipeline.ts';
import { planKill } from '../../plan/kill.ts';
import { planStop } from '../../plan/stop.ts';
import { type Change, change } from '../change.ts';
import { projectContainers, serviceOf } from '../containers.ts';
import { drawsProgress } from '../progress.ts';
import type { Context } from '../session.ts';

export interface StopWish {
  readonly services: readonly string[];
  readonly timeout: number | undefined;
  /** Gets what hooks print. */
  readonly hookOutput?: NonNullable<Change['hookOutput']>;
}

/**
 * Stops what an attached `up` runs; kills it at the second Ctrl-C.
 * @returns exit codes by service
 */
export async function stopAll(
  context: Context,
  engine: Engine,
  target: Target,
  { services, timeout, hookOutput }: StopWish,
): Promise<ReadonlyMap<string, number>> {
  const idle = new AbortController().signal;
  const { kill, planning: _, global, ...rest } = context;
  const observe = { images: false };
  // What containers say while they stop is shown, so nothing is drawn.
  const lines = drawsProgress(context) ? { ...global, progress: 'plain', ansi: 'auto' } : global;
  const plain = { ...rest, signal: idle, global: lines };
  const stop = () =>
    change({ ...plain, kill }, engine, target, {
      ...{ command: 'stop', observe, ...(hookOutput !== undefined && { hookOutput }) },
      plan: (observed) =>
        planStop(target, observed, {
          ...{ command: 'stop', services, ...(timeout !== undefined && { timeout }) },
        }),
    });
  if (!kill.aborted) {
    try {
      await stop();
    } catch (error) {
      if (!kill.aborted) throw error;
    }
  }
  if (kill.aborted) {
    await change({ ...plain, kill: idle }, engine, target, {
      ...{ command: 'kill', observe },
      plan: (observed) => planKill(target, observed, { command: 'kill', services, signal: 'SIGKILL' }),
    });
  }
  const all = await projectContainers(engine, target.name, { all: true, oneOff: false });
  return new Map(all.flatMap((c) => (c.exitCode === undefined ? [] : [[serviceOf(c), c.exitCode] as const])));
}
