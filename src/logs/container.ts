import type { Engine, LogOptions } from '../engine/engine.ts';
import { LineAssembler } from './assemble.ts';
import { type Entry, EntryReader } from './entries.ts';
import type { LogLine, LogSource } from './line.ts';
import { LogPosition } from './position.ts';
import { secondsBefore } from './time.ts';

export type ReadOptions = Pick<LogOptions, 'follow' | 'since' | 'until' | 'tail' | 'signal'>;

/** The log of one container, which may be read in several goes: each line comes once. */
export class ContainerLog {
  readonly source: LogSource;
  readonly #engine: Engine;
  readonly #position = new LogPosition();
  readonly #lines: LineAssembler;

  constructor(engine: Engine, source: LogSource) {
    this.source = source;
    this.#engine = engine;
    this.#lines = new LineAssembler(source);
  }

  /** True once something was read: the next read goes on from there. */
  get begun(): boolean {
    return this.#position.known;
  }

  /**
   * Lines from where the last read ended, else as the options say.
   * @throws EngineError
   */
  async *read(options: ReadOptions): AsyncGenerator<readonly LogLine[]> {
    const from = this.#position.known ? this.#position.resume() : {};
    for await (const entries of this.#entries({ ...options, ...from })) {
      const lines = this.#joined(entries);
      if (lines.length > 0) yield lines;
    }
  }

  /** A first read that others go on from. */
  async *begin(options: ReadOptions): AsyncGenerator<readonly LogLine[]> {
    const coarse = this.#engine.facts.kind === 'podman' && typeof options.tail === 'number';
    if (coarse) yield await this.readLast(options.tail, options);
    else yield* this.read(options);
  }

  /**
   * The last lines, and from there on. Reads all since the first of them and leaves out what is too much: where
   * several entries have the same time, the next read would otherwise not know which of them were seen.
   * @param tail how many
   * @throws EngineError
   */
  async readLast(tail: number, options: ReadOptions): Promise<readonly LogLine[]> {
    let first: string | undefined;
    for await (const entries of this.#entries({ ...options, tail: Math.max(1, tail) })) {
      first ??= entries[0]?.time;
    }
    if (first === undefined) return [];
    const last: Entry[] = [];
    const since = first === '' ? {} : { since: secondsBefore(first, 0) };
    for await (const entries of this.#entries({ ...options, ...since, tail: 'all' })) {
      for (const entry of entries) {
        this.#position.accept(entry);
        last.push(entry);
        if (last.length > tail) last.shift();
      }
    }
    return last.flatMap((entry) => this.#lines.push(entry));
  }

  /** What is left of a line that has no end. */
  end(): readonly LogLine[] {
    return this.#lines.end();
  }

  async *#entries(options: ReadOptions): AsyncGenerator<readonly Entry[]> {
    const reader = new EntryReader();
    let framed = false;
    for await (const chunk of this.#engine.logs(this.source.id, { ...options, timestamps: true })) {
      framed ||= chunk.begins === true;
      yield reader.push(chunk, framed);
    }
    // After a break the rest is no whole entry: it comes again with the next read.
    if (options.signal?.aborted !== true) yield reader.end();
  }

  #joined(entries: readonly Entry[]): LogLine[] {
    const lines: LogLine[] = [];
    for (const entry of entries) {
      if (this.#position.accept(entry)) for (const line of this.#lines.push(entry)) lines.push(line);
    }
    return lines;
  }
}

/** The whole log of a container, its last line too if that has no end. */
export async function* wholeLog(log: ContainerLog, options: ReadOptions): AsyncGenerator<readonly LogLine[]> {
  yield* log.read(options);
  yield log.end();
}
