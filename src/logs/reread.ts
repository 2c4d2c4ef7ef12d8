import type { Engine } from '../engine/engine.ts';
import { Bell } from './bell.ts';
import type { ContainerLog, ReadOptions } from './container.ts';
import type { LogLine } from './line.ts';

/** Milliseconds between two reads, and how many times as long as the last read took: the engine has other work, too. */
const rest = { shortest: 100, factor: 8 };
/** Reads after this many milliseconds in any case: what came before the engine began to look wakes nobody. */
const settling = [300, 1200] as const;

/**
 * Follows a log until the engine ends it, for engines whose followed log may leave out lines (Podman, when a
 * container is started again): it only says that there is something new, and the lines are read without following.
 * @throws EngineError
 */
export async function* followByReading(
  engine: Engine,
  log: ContainerLog,
  options: ReadOptions & { readonly signal: AbortSignal },
): AsyncGenerator<readonly LogLine[]> {
  const { signal, tail, until } = options;
  const over = new AbortController();
  const bell = new Bell();
  const timers = settling.map((after) => setTimeout(() => bell.ring(), after));
  const watch = async (): Promise<void> => {
    const chunks = engine.logs(log.source.id, {
      ...{ follow: true, tail: 0, signal: AbortSignal.any([signal, over.signal]) },
      ...(until !== undefined && { until }),
    });
    try {
      for await (const _ of chunks) bell.ring();
    } finally {
      bell.close();
    }
  };
  const watching = watch();
  watching.catch(() => undefined);
  try {
    if (!log.begun && typeof tail === 'number') yield await log.readLast(tail, options);
    for (let last = false; !last && !signal.aborted; ) {
      last = bell.closed;
      const began = performance.now();
      yield* log.read({ ...options, tail: 'all' });
      await bell.pause(last ? 0 : Math.max(rest.shortest, rest.factor * (performance.now() - began)));
      await bell.next();
    }
    await watching;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    over.abort();
  }
}
