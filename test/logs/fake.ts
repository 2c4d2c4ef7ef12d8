import type { Engine, LogChunk } from '../../src/engine/engine.ts';
import type { LogLine, LogSource } from '../../src/logs/line.ts';

export const source = (name: string, id = name): LogSource => ({ id, name, service: name, replica: 1 });

/** A time with this many nanoseconds after a fixed second. */
export const time = (nanoseconds: number): string =>
  `2026-01-02T03:04:05.${String(nanoseconds).padStart(9, '0')}Z`;

export const line = (name: string, at: number, text: string, more: Partial<LogLine> = {}): LogLine => ({
  ...{ source: source(name), stream: 'stdout', time: time(at), data: Buffer.from(text), whole: true },
  ...more,
});

export const textOf = (lines: readonly LogLine[]): string[] =>
  lines.map(({ data }) => Buffer.from(data).toString());

export interface Written {
  readonly stream: LogChunk['stream'];
  readonly at: number;
  readonly text: string;
}

/** Frames as Docker sends them, with times. */
export function frames(entries: readonly Written[]): LogChunk[] {
  return entries.map(({ stream, at, text }) => ({
    ...{ stream, begins: true, data: Buffer.from(`${time(at)} ${text}`) },
  }));
}

/** An engine that has one log; each call of `logs` may be cut off after some chunks. */
export function logEngine(entries: () => readonly Written[], cuts: number[] = []): Engine {
  const fake: Partial<Engine> = {
    async *logs(_, { since }) {
      const from = since === undefined ? '' : new Date(Number(since) * 1000).toISOString();
      const all = frames(entries().filter(({ at }) => time(at) >= from));
      yield* all.slice(0, cuts.shift() ?? all.length);
    },
  };
  return fake as Engine;
}
