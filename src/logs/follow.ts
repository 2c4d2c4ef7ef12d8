import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { unixTime } from '../util/unix-time.ts';
import type { ContainerLog, ReadOptions } from './container.ts';
import { isGone } from './gone.ts';
import type { LogLine } from './line.ts';
import { followByReading } from './reread.ts';
import { type Again, type FollowEnd, isEnd, type Runs } from './runs.ts';

export interface FollowOptions extends Pick<ReadOptions, 'since' | 'until' | 'tail'> {
  readonly signal: AbortSignal;
}

/** Milliseconds between two attempts, and the time in which a lost engine has to come back. */
const pause = 100;
const patience = 10_000;

/**
 * Hands on the lines of a container as they are written, through its restarts.
 * @throws EngineError if its log can't be read
 */
export async function followLog(
  engine: Engine,
  log: ContainerLog,
  runs: Runs,
  options: FollowOptions,
  push: (lines: readonly LogLine[]) => Promise<void>,
): Promise<FollowEnd> {
  const { signal, until } = options;
  let from: ReadOptions = options;
  let lostSince: number | undefined;
  const drain = async (reading: AsyncIterable<readonly LogLine[]>): Promise<void> => {
    for await (const lines of reading) await push(lines);
  };
  const following = () =>
    engine.facts.kind === 'podman'
      ? followByReading(engine, log, { ...from, signal })
      : log.read({ ...from, follow: true });
  for (;;) {
    let next: FollowEnd | Again;
    try {
      await drain(following());
      // Engines may end a followed log before its last lines: the rest is read once more.
      if (!signal.aborted && log.begun) await drain(log.read(from));
      next = until === undefined ? await runs.next(pause) : 'aborted';
      lostSince = undefined;
    } catch (error) {
      if (isGone(error)) {
        next = signal.aborted ? 'aborted' : 'gone';
      } else {
        if (!(error instanceof EngineError) || error.kind !== 'unreachable') throw error;
        lostSince ??= performance.now();
        if (performance.now() - lostSince > patience) throw error;
        await sleep(pause, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return 'aborted';
        continue;
      }
    }
    if (isEnd(next)) {
      if (next !== 'aborted') await push(log.end());
      return next;
    }
    // It was started anew, and nothing was seen yet: all that comes now is new.
    if (!log.begun && from.tail !== 'all') from = { ...from, ...sinceLastEnd(next.state) };
  }
}

/** What a container has written since its last run: engines note the start a little after the first lines. */
export function sinceLastEnd(state: { readonly finishedAt: string }): Pick<ReadOptions, 'since' | 'tail'> {
  const since = Date.parse(state.finishedAt) > 0 ? unixTime(state.finishedAt) : undefined;
  return { tail: 'all', ...(since !== undefined && { since }) };
}
