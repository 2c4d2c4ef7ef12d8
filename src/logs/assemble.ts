import type { Entry } from './entries.ts';
import type { LogLine, LogSource } from './line.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
/** From here on a line is handed on in pieces. */
const longestHeld = 1 << 20;

interface Open {
  readonly time: string;
  parts: Buffer[];
  length: number;
}

/** Joins entries to lines, each stream for itself. */
export class LineAssembler {
  readonly #source: LogSource;
  readonly #open = new Map<Entry['stream'], Open>();

  constructor(source: LogSource) {
    this.#source = source;
  }

  /** @returns the lines that this entry ends, or a piece of a very long one */
  push({ stream, time, data }: Entry): LogLine[] {
    const lines: LogLine[] = [];
    let rest = data;
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
      lines.push(this.#line(stream, time, rest.subarray(0, at)));
      rest = rest.subarray(at + 1);
    }
    if (rest.length === 0) return lines;
    const open = this.#open.get(stream) ?? { time, parts: [], length: 0 };
    open.parts.push(rest);
    open.length += rest.length;
    this.#open.set(stream, open);
    if (open.length > longestHeld) {
      lines.push(this.#whole(stream, open.time, Buffer.concat(open.parts), false));
      open.parts = [];
      open.length = 0;
    }
    return lines;
  }

  /** What the container left without a line's end. */
  end(): LogLine[] {
    return [...this.#open].map(([stream, { time }]) => this.#line(stream, time, Buffer.alloc(0)));
  }

  #line(stream: Entry['stream'], time: string, last: Buffer): LogLine {
    const open = this.#open.get(stream);
    if (open === undefined) return this.#whole(stream, time, last, true);
    this.#open.delete(stream);
    return this.#whole(stream, open.time, Buffer.concat([...open.parts, last]), true);
  }

  #whole(stream: Entry['stream'], time: string, data: Buffer, whole: boolean): LogLine {
    const text = whole && data.at(-1) === carriageReturn ? data.subarray(0, -1) : data;
    return { source: this.#source, stream, time, data: text, whole };
  }
}
