import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogLine } from '../../src/logs/line.ts';
import { LiveOrder } from '../../src/logs/live.ts';
import { mergeByTime } from '../../src/logs/merge.ts';
import { line, textOf } from './fake.ts';

async function* batches(lines: readonly LogLine[], size: number): AsyncGenerator<readonly LogLine[]> {
  for (let at = 0; at < lines.length; at += size) yield lines.slice(at, at + size);
  yield [];
}

async function merged(logs: readonly (readonly LogLine[])[], size = 2): Promise<LogLine[]> {
  const all: LogLine[] = [];
  for await (const some of mergeByTime(logs.map((log) => batches(log, size)))) all.push(...some);
  return all;
}

describe('merging logs', () => {
  test('gives all lines by time, each log in its own order', async () => {
    const times = fc.array(fc.nat({ max: 20 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(times, { maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        async (logs, size) => {
          const lines = logs.map((log, i) =>
            [...log].sort((a, b) => a - b).map((at, j) => line(`c${i}`, at, `${i}.${j}`)),
          );
          const got = await merged(lines, size);
          const wanted = lines.flat().sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
          expect(textOf(got)).toEqual(textOf(wanted));
        },
      ),
    );
  });

  test('keeps the order of a log whose clock went back', async () => {
    const a = [line('a', 5, 'a1'), line('a', 2, 'a2'), line('a', 6, 'a3')];
    const b = [line('b', 3, 'b1'), line('b', 5, 'b2')];
    expect(textOf(await merged([a, b]))).toEqual(['b1', 'a1', 'a2', 'b2', 'a3']);
  });

  test('does not put other lines between the pieces of a long one', async () => {
    const a = [line('a', 1, 'a-', { whole: false }), line('a', 9, '-a')];
    const b = [line('b', 2, 'b')];
    expect(textOf(await merged([a, b], 1))).toEqual(['a-', '-a', 'b']);
  });
});

describe('lines as they come', () => {
  test('are put in order if they come at about the same time', async () => {
    const got: LogLine[] = [];
    const order = new LiveOrder(async (lines) => void got.push(...lines));
    await order.push([line('a', 5, 'second')]);
    await order.push([line('b', 3, 'first')]);
    expect(got).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(textOf(got)).toEqual(['first', 'second']);
    await order.push([line('a', 1, 'late, but after its own')]);
    await order.flush();
    expect(textOf(got).at(-1)).toBe('late, but after its own');
  });

  test('wait for a slow reader instead of being kept', async () => {
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const order = new LiveOrder(() => slow);
    let accepted = false;
    const pushed = order.push([line('a', 1, 'x'.repeat(2 << 20))]).then(() => {
      accepted = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(accepted).toBe(false);
    release();
    await pushed;
  });
});
