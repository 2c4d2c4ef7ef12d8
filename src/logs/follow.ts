import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../diagnostic/errors.ts';
import type { ContainerDetails, Engine } from '../engine/engine.ts';
import { unixTime } from '../util/unix-time.ts';
import type { ContainerLog, ReadOptions } from './container.ts';
import { isGone } from './gone.ts';
import type { LogLine } from './line.ts';
import { followByReading } from './reread.ts';

/** How following ended: the container stopped for good, it was removed, or the signal was aborted. */
export type FollowEnd = { readonly exitCode: number } | 'gone' | 'aborted';

export interface FollowOptions extends Pick<ReadOptions, 'since' | 'until' | 'tail'> {
  readonly signal: AbortSignal;
  /** Called when the engine is about to start the container again. */
  readonly restarting?: (exitCode: number) => Promise<void>;
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
  options: FollowOptions,
  push: (lines: readonly LogLine[]) => Promise<void>,
): Promise<FollowEnd> {
  const { restarting, signal, ...rest } = options;
  let from: ReadOptions = { ...rest, signal };
  let lostSince: number | undefined;
  let told = '';
  const drain = async (reading: AsyncIterable<readonly LogLine[]>): Promise<void> => {
    for await (const lines of reading) await push(lines);
  };
  const following = () =>
    engine.facts.kind === 'podman'
      ? followByReading(engine, log, { ...from, signal })
      : log.read({ ...from, follow: true });
  for (;;) {
    let state: ContainerDetails['state'] | undefined;
    try {
      await drain(following());
      // Engines may end a followed log before its last lines: the rest is read once more.
      if (!signal.aborted && log.begun) await drain(log.read(from));
      state = signal.aborted ? undefined : await stateOf(engine, log.source.id);
      lostSince = undefined;
    } catch (error) {
      if (!isGone(error)) {
        if (!(error instanceof EngineError) || error.kind !== 'unreachable') throw error;
        lostSince ??= performance.now();
        if (performance.now() - lostSince > patience) throw error;
        await sleep(pause, undefined, { signal }).catch(() => undefined);
        if (!signal.aborted) continue;
      }
    }
    if (signal.aborted || (state !== undefined && options.until !== undefined)) return 'aborted';
    if (state === undefined || (!state.running && !state.restarting)) {
      await push(log.end());
      return state === undefined ? 'gone' : { exitCode: state.exitCode };
    }
    if (state.restarting && told !== state.finishedAt) {
      told = state.finishedAt;
      await restarting?.(state.exitCode);
    }
    // It was started anew: nothing of this run was seen yet.
    if (!log.begun) from = { ...from, ...sinceLastEnd(state) };
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** What a container has written since its last run: engines note the start a little after the first lines. */
export function sinceLastEnd(state: { readonly finishedAt: string }): Pick<ReadOptions, 'since' | 'tail'> {
  const since = Date.parse(state.finishedAt) > 0 ? unixTime(state.finishedAt) : undefined;
  return { tail: 'all', ...(since !== undefined && { since }) };
}

/** undefined if there is no such container any more. */
export async function stateOf(engine: Engine, id: string): Promise<ContainerDetails['state'] | undefined> {
  try {
    return (await engine.inspectContainer(id)).state;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
