import type { LogLine } from './line.ts';
import { laterOf } from './time.ts';

/** Milliseconds that a line is held, so that one of another container which is older can come before it. */
const held = 30;
/** Bytes that are held at most. */
const room = 1 << 20;

interface Waiting {
  readonly line: LogLine;
  readonly time: string;
  readonly arrived: number;
}

/**
 * Puts lines of several containers that come at about the same time into the order of their times. Lines of
 * one container stay in theirs.
 */
export class LiveOrder {
  readonly #emit: (lines: readonly LogLine[]) => Promise<void>;
  readonly #floors = new Map<string, string>();
  #waiting: Waiting[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(emit: (lines: readonly LogLine[]) => Promise<void>) {
    this.#emit = emit;
  }

  /** Resolves when there is room for more. */
  push(lines: readonly LogLine[]): Promise<void> {
    const arrived = performance.now();
    for (const line of lines) {
      const floor = this.#floors.get(line.source.id) ?? '';
      const time = laterOf(line.time, floor);
      this.#floors.set(line.source.id, time);
      this.#waiting.push({ line, time, arrived });
      this.#bytes += line.data.length;
    }
    if (this.#bytes > room) return this.flush();
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#ripe(), held);
    return this.#last;
  }

  /** Hands on everything, and waits until it is written. */
  flush(): Promise<void> {
    return this.#release(this.#waiting.length);
  }

  #ripe(): void {
    this.#sort();
    const before = performance.now() - held;
    this.#release(this.#waiting.findLastIndex(({ arrived }) => arrived <= before) + 1).catch(() => undefined);
  }

  #release(count: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sort();
    const ready = this.#waiting.slice(0, count).map(({ line }) => line);
    this.#waiting = this.#waiting.slice(count);
    for (const { data } of ready) this.#bytes -= data.length;
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#ripe(), held);
    if (ready.length > 0) this.#last = this.#last.then(() => this.#emit(ready));
    return this.#last;
  }

  #sort(): void {
    this.#waiting.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  }
}
