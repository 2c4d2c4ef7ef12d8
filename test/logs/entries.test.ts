import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineAssembler } from '../../src/logs/assemble.ts';
import { EntryReader } from '../../src/logs/entries.ts';
import { logTime } from '../../src/logs/time.ts';
import { frames, source, textOf, time } from './fake.ts';

/** The lines of a log whose bytes come in these chunks. */
function linesOf(chunks: readonly Parameters<EntryReader['push']>[0][], framed: boolean) {
  const reader = new EntryReader();
  const lines = new LineAssembler(source('a'));
  const entries = [...chunks.flatMap((chunk) => reader.push(chunk, framed)), ...reader.end()];
  return [...entries.flatMap((entry) => lines.push(entry)), ...lines.end()];
}

const terminal = (...texts: readonly string[]) =>
  linesOf(
    texts.map((text) => ({ stream: 'stdout' as const, data: Buffer.from(text) })),
    false,
  );

describe('the log of a container without a terminal', () => {
  test('long lines that the engine stores in parts are put together', () => {
    const lines = linesOf(
      frames([
        { stream: 'stdout', at: 1, text: 'x'.repeat(100) },
        { stream: 'stderr', at: 2, text: 'between\n' },
        { stream: 'stdout', at: 1, text: 'yz\n' },
        { stream: 'stdout', at: 3, text: 'no end' },
      ]),
      true,
    );
    expect(textOf(lines)).toEqual(['between', `${'x'.repeat(100)}yz`, 'no end']);
    expect(lines.map((one) => one.time)).toEqual([time(2), time(1), time(3)]);
  });

  test('bytes stay as they are, wherever they are cut', () => {
    const text = fc
      .uint8Array({ maxLength: 30 })
      .map((bytes) => Buffer.from(bytes.filter((b) => b !== 10 && b !== 13)));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), fc.integer({ min: 1, max: 40 }), (texts, size) => {
        const chunks = texts.flatMap((bytes, i) => {
          const frame = Buffer.concat([Buffer.from(`${time(i)} `), bytes, Buffer.from('\n')]);
          const parts: { stream: 'stdout'; data: Buffer; begins?: boolean }[] = [];
          for (let at = 0; at < frame.length; at += size) {
            const data = frame.subarray(at, at + size);
            parts.push(at === 0 ? { stream: 'stdout', data, begins: true } : { stream: 'stdout', data });
          }
          return parts;
        });
        expect(linesOf(chunks, true).map(({ data }) => Buffer.from(data))).toEqual(texts);
      }),
    );
  });

  test('a line without end is handed on in pieces', () => {
    const huge = 'z'.repeat(700_000);
    const lines = linesOf(
      frames([
        { stream: 'stdout', at: 1, text: huge },
        { stream: 'stdout', at: 1, text: huge },
        { stream: 'stdout', at: 1, text: 'end\n' },
      ]),
      true,
    );
    expect(lines.map(({ data, whole }) => [data.length, whole])).toEqual([
      [1_400_000, false],
      [3, true],
    ]);
  });
});

describe('the log of a terminal', () => {
  test('has a time before each line, and carriage returns at the ends', () => {
    const lines = terminal(`${time(1)} on`, `e\r\n${time(2)} two\r\n${time(3)} / # `);
    expect(textOf(lines)).toEqual(['one', 'two', '/ # ']);
    expect(lines.map((one) => one.time)).toEqual([time(1), time(2), time(3)]);
  });

  test('times of later parts of a line are taken out, those of the program are not', () => {
    expect(textOf(terminal(`${time(5)} / # ${time(7)} ls\r\n`))).toEqual(['/ # ls']);
    expect(textOf(terminal(`${time(5)} ${time(4)} started\r\n`))).toEqual([`${time(4)} started`]);
    expect(textOf(terminal(`${time(5)} at ${time(4)} it began\r\n`))).toEqual([`at ${time(4)} it began`]);
    expect(textOf(terminal('2026-01-02T03:04:05Z at 2026-01-02T03:04:05.123456789Z go\r\n'))).toEqual([
      'at 2026-01-02T03:04:05.123456789Z go',
    ]);
  });
});

test.each([
  ['2026-01-02T03:04:05.123456789Z', '2026-01-02T03:04:05.123456789Z'],
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000000000Z'],
  ['2026-01-02T03:04:05.12Z', '2026-01-02T03:04:05.120000000Z'],
  ['2026-01-02T05:04:05.5+02:00', '2026-01-02T03:04:05.500000000Z'],
  ['yesterday', undefined],
])('the time %s is %s', (text, wanted) => expect(logTime(text)).toBe(wanted));
