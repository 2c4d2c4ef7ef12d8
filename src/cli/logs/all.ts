import type { EngineError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ReadOptions } from '../../logs/container.ts';
import { wholeLog } from '../../logs/container.ts';
import { LogFollower } from '../../logs/follower.ts';
import { isGone } from '../../logs/gone.ts';
import type { LogLine, LogSource } from '../../logs/line.ts';
import { mergeByTime } from '../../logs/merge.ts';
import { containerEvents, sourceOf } from '../../logs/started.ts';
import { isUnreadable } from '../../logs/unreadable.ts';
import type { LogView } from './view.ts';

/** A container and what to read of its log. */
export interface Wanted {
  readonly source: LogSource;
  readonly options: ReadOptions;
}

/** Says that the engine can't read a container's log. */
export type Unreadable = (source: LogSource, error: EngineError) => void;

/** Prints logs as they are now, merged by time. */
export async function printAll(
  follower: LogFollower,
  wanted: readonly Wanted[],
  view: LogView,
  whole: boolean,
  unreadable: Unreadable,
): Promise<void> {
  const logs = wanted.map(({ source, options }) => {
    const log = follower.logOf(source);
    return present(whole ? wholeLog(log, options) : log.begin(options), (error) => unreadable(source, error));
  });
  for await (const lines of mergeByTime(logs)) await view.write(lines);
}

/** A container that is removed in the meantime has no more lines; one whose log can't be read has none at all. */
async function* present(
  log: AsyncIterable<readonly LogLine[]>,
  unreadable: (error: EngineError) => void,
): AsyncGenerator<readonly LogLine[]> {
  try {
    yield* log;
  } catch (error) {
    if (isUnreadable(error)) unreadable(error);
    else if (!isGone(error)) throw error;
  }
}

export interface FollowWish {
  readonly project: string;
  readonly read: ReadOptions;
  readonly signal: AbortSignal;
  /** The containers that are there now. */
  readonly list: () => Promise<readonly LogSource[]>;
  /** Which containers that start later are followed. */
  readonly isWanted: (source: LogSource) => boolean;
  readonly unreadable: Unreadable;
}

/** Prints logs as they are now, merged by time, then what comes, without end: containers may come and go. */
export async function followAll(engine: Engine, view: LogView, wish: FollowWish): Promise<void> {
  const { project, read } = wish;
  const over = new AbortController();
  const signal = AbortSignal.any([wish.signal, over.signal]);
  const told = new Set<string>();
  const unreadable: Unreadable = (source, error) => {
    if (!told.has(source.id)) wish.unreadable(source, error);
    told.add(source.id);
  };
  const follower = new LogFollower(engine, { signal, write: view.write, unreadable });
  const begin = (source: LogSource): void => {
    if (!wish.isWanted(source)) return;
    view.register(source.name);
    follower.follow(source, { tail: 'all' });
  };
  const all = async (): Promise<void> => {
    for (const source of await wish.list()) begin(source);
  };
  const events = await containerEvents(engine, project, signal, all);
  const first = await wish.list();
  // As docker compose: who follows a project that is not there yet would wait for a wrong name for ever.
  if (first.length === 0) return over.abort();
  for (const { name } of first) view.register(name);
  // What is there already is merged exactly; then each log goes on where that ended.
  if (read.tail !== 0) {
    await printAll(
      follower,
      first.map((source) => ({ source, options: { ...read, signal } })),
      view,
      false,
      unreadable,
    );
  }
  for (const source of first) {
    const { tail, ...rest } = read;
    follower.follow(source, { ...rest, tail: tail === 0 ? 0 : 'all' });
  }
  const watching = (async () => {
    for await (const event of events) if (event.action === 'start') begin(sourceOf(event, project));
  })();
  await Promise.race([watching, follower.failed]);
}
