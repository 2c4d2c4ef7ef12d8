import type { LogOptions } from '../engine/engine.ts';
import type { Entry } from './entries.ts';
import { laterOf, secondsBefore } from './time.ts';

interface Mark {
  readonly time: string;
  /** Entries of this time that were read. */
  readonly count: number;
}

/** Entries of the two streams may stand in the log a little out of order; each stream alone does not. */
const slack = 2;

/**
 * How far a container's log was read, by the times of its entries: a reader that begins again from here gets
 * every entry once.
 */
export class LogPosition {
  readonly #read = new Map<Entry['stream'], Mark>();
  /** While entries are read again that were read before: how many of the mark's time came up to now. */
  readonly #again = new Map<Entry['stream'], { readonly mark: Mark; count: number }>();

  /** True once an entry was read. */
  get known(): boolean {
    return this.#read.size > 0;
  }

  /** What to ask the engine for, to go on from here. */
  resume(): Pick<LogOptions, 'since' | 'tail'> {
    this.#again.clear();
    for (const [stream, mark] of this.#read) this.#again.set(stream, { mark, count: 0 });
    const latest = [...this.#read.values()].map(({ time }) => time).reduce(laterOf, '');
    return latest === '' ? { tail: 'all' } : { tail: 'all', since: secondsBefore(latest, slack) };
  }

  /** True if the entry is new; counts it then. */
  accept({ stream, time }: Pick<Entry, 'stream' | 'time'>): boolean {
    const again = this.#again.get(stream);
    if (again !== undefined) {
      if (time < again.mark.time) return false;
      if (time === again.mark.time && again.count < again.mark.count) {
        again.count += 1;
        return false;
      }
      this.#again.delete(stream);
    }
    const mark = this.#read.get(stream);
    this.#read.set(stream, { time, count: mark?.time === time ? mark.count + 1 : 1 });
    return true;
  }
}
