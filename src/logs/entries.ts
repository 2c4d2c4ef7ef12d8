import type { LogChunk } from '../engine/engine.ts';
import { logTime } from './time.ts';

/** What a container wrote at one moment: a line, or a part of a long one. */
export interface Entry {
  readonly stream: LogChunk['stream'];
  readonly time: string;
  /** With its line end, if it has one. */
  readonly data: Buffer;
}

const newline = 0x0a;
const blank = 0x20;
/** Longest time that engines write, and the blank after it. */
const longestTime = 36;
/** A terminal's line is held until it ends, but not for ever. */
const longestHeld = 1 << 20;

/**
 * Cuts the log that an engine sends, with times, into entries. In frames each has its own. A terminal's log
 * has none: its lines begin with a time, and where a line was written in parts, so do the parts.
 */
export class EntryReader {
  #held: { stream: LogChunk['stream']; bytes: Buffer } | undefined;
  #terminal: Buffer = Buffer.alloc(0);

  /** @returns the entries that end with these bytes */
  push({ stream, data, begins }: LogChunk, framed: boolean): Entry[] {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    if (!framed) return this.#fromTerminal(bytes);
    const entries: Entry[] = [];
    if (begins === true) entries.push(...this.#take());
    const held = this.#held;
    this.#held = { stream, bytes: held === undefined ? bytes : Buffer.concat([held.bytes, bytes]) };
    // What ends a line is whole; a part of one waits for the next frame, or for the end.
    if (this.#held.bytes.at(-1) === newline) entries.push(...this.#take());
    return entries;
  }

  /** The rest. To be called when the log has ended, or nothing came for a while. */
  end(): Entry[] {
    const rest = this.#terminal;
    this.#terminal = Buffer.alloc(0);
    return rest.length > 0 ? timedParts(rest) : this.#take();
  }

  #take(): Entry[] {
    const held = this.#held;
    this.#held = undefined;
    return held === undefined ? [] : [entryOf(held.stream, held.bytes)];
  }

  #fromTerminal(bytes: Buffer): Entry[] {
    const entries: Entry[] = [];
    let rest = this.#terminal.length === 0 ? bytes : Buffer.concat([this.#terminal, bytes]);
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
      entries.push(...timedParts(rest.subarray(0, at + 1)));
      rest = rest.subarray(at + 1);
    }
    if (rest.length > longestHeld) {
      entries.push(...timedParts(rest));
      rest = Buffer.alloc(0);
    }
    this.#terminal = rest;
    return entries;
  }
}

function entryOf(stream: LogChunk['stream'], bytes: Buffer): Entry {
  const at = bytes.subarray(0, longestTime).indexOf(blank);
  const time = at < 0 ? undefined : logTime(bytes.toString('latin1', 0, at));
  return time === undefined
    ? { stream, time: '', data: bytes }
    : { stream, time, data: bytes.subarray(at + 1) };
}

const innerTime = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{9})?Z /g;

/** A terminal's line with its time, cut where a later part begins with its own. */
function timedParts(line: Buffer): Entry[] {
  const first = entryOf('stdout', line);
  if (first.time === '') return [first];
  const text = first.data.toString('latin1');
  const stamp = line.length - first.data.length;
  const entries: Entry[] = [];
  let from = 0;
  let { time } = first;
  for (const { 0: found, index } of text.matchAll(innerTime)) {
    // A time at the beginning of a line is the program's own, as is one that goes back.
    const other = logTime(found.slice(0, -1));
    if (index === 0 || found.length !== stamp || other === undefined || other < time) continue;
    entries.push({ stream: 'stdout', time, data: first.data.subarray(from, index) });
    from = index + found.length;
    time = other;
  }
  entries.push({ stream: 'stdout', time, data: first.data.subarray(from) });
  return entries;
}
