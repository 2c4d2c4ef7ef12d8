import { EngineError } from '../../diagnostic/errors.ts';
import type { Engine, LogOptions } from '../../engine/engine.ts';
import type { LinePrinter } from './printer.ts';
import { unixTime } from './since.ts';
import { type LogSource, printLog } from './stream.ts';

export type FollowEnd = { readonly exitCode: number } | 'gone' | 'aborted';

/**
 * Prints a container's log through its restarts.
 * @returns how it ended: stopped for good, removed, or the signal was aborted
 */
export async function followToEnd(
  engine: Engine,
  source: LogSource,
  printer: LinePrinter,
  options: LogOptions & { readonly signal: AbortSignal },
): Promise<FollowEnd> {
  let from: Pick<LogOptions, 'since' | 'tail'> = {};
  for (;;) {
    await printLog(engine, source, printer, { ...options, ...from, follow: true });
    if (options.signal.aborted) return 'aborted';
    const state = await stateOf(engine, source.id);
    if (state === undefined) return 'gone';
    if (!state.running && !state.restarting) return { exitCode: state.exitCode };
    // The log ended though the container runs: it was started anew.
    from = sinceLastEnd(state);
    if (state.restarting) await pause(200, options.signal);
  }
}

/** All that a container has written since its last run: engines note the start a little after the first lines. */
export function sinceLastEnd(state: { readonly finishedAt: string }): Pick<LogOptions, 'since' | 'tail'> {
  const since = Date.parse(state.finishedAt) > 0 ? unixTime(state.finishedAt) : undefined;
  return { tail: 'all', ...(since !== undefined && { since }) };
}

/** undefined if there is no such container any more. */
export async function stateOf(engine: Engine, id: string) {
  try {
    return (await engine.inspectContainer(id)).state;
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
  });
}
