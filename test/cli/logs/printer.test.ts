import { describe, expect, it } from 'vitest';
import { jsonLine } from '../../../src/cli/logs/json.ts';
import { LogPrinter, type PrinterOptions } from '../../../src/cli/logs/printer.ts';
import { engineTime } from '../../../src/cli/logs/since.ts';
import type { LogLine } from '../../../src/logs/line.ts';
import { unixTime } from '../../../src/util/unix-time.ts';
import { line, time } from '../../logs/fake.ts';

const plain: PrinterOptions = { prefix: true, color: false, timestamps: false };

function printed(options: Partial<PrinterOptions>, lines: readonly LogLine[], names: string[] = []): string {
  const printer = new LogPrinter({ ...plain, ...options });
  for (const name of names) printer.register(name);
  return Buffer.concat(lines.flatMap((one) => printer.print(one))).toString();
}

describe('LogPrinter', () => {
  it('pads names to the widest', () => {
    const lines = [line('a-1', 1, 'hello'), line('longer-1', 2, 'x', { stream: 'stderr' })];
    expect(printed({}, lines, ['a-1', 'longer-1'])).toBe('a-1       | hello\nlonger-1  | x\n');
    expect(printed({}, lines)).toBe('a-1  | hello\nlonger-1  | x\n');
  });

  it('colours the prefix only, each name in its own', () => {
    const text = printed({ color: true }, [line('a', 1, 'hello'), line('b', 2, 'hi')]);
    expect(text).toBe('\u001b[36ma  | \u001b[0mhello\n\u001b[33mb  | \u001b[0mhi\n');
  });

  it('prints times after the prefix, or alone', () => {
    expect(printed({ timestamps: true }, [line('a', 7, 'x')])).toBe(`a  | ${time(7)} x\n`);
    expect(printed({ timestamps: true, prefix: false }, [line('a', 7, 'x')])).toBe(`${time(7)} x\n`);
    expect(printed({ prefix: false }, [line('a', 7, 'x')])).toBe('x\n');
  });

  it('puts the pieces of a long line together, and lets no other line into it', () => {
    const pieces = [line('a', 1, 'one ', { whole: false }), line('a', 1, 'two')];
    expect(printed({}, pieces)).toBe('a  | one two\n');
    expect(printed({}, [pieces[0]!, line('b', 2, 'other'), pieces[1]!])).toBe(
      'a  | one \nb  | other\na  | two\n',
    );
  });

  it('leaves bytes as they are', () => {
    const printer = new LogPrinter({ ...plain, prefix: false });
    const data = Buffer.from([0xff, 0x00, 0x1b, 0x80]);
    expect([...Buffer.concat(printer.print(line('a', 1, '', { data })))]).toEqual([...data, 0x0a]);
  });
});

it('a line as JSON says where it comes from', () => {
  const text = Buffer.concat(jsonLine(line('web-1', 7, 'a "b"', { stream: 'stderr' }))).toString();
  expect(text.endsWith('\n')).toBe(true);
  expect(JSON.parse(text)).toEqual({
    ...{ service: 'web-1', replica: 1, container: 'web-1', stream: 'stderr', time: time(7), line: 'a "b"' },
  });
  const piece = Buffer.concat(jsonLine(line('a', 1, 'x', { whole: false }))).toString();
  expect(JSON.parse(piece)).toMatchObject({ partial: true });
});

describe('engineTime', () => {
  const now = Date.parse('2026-01-01T00:10:00Z');
  it.each([
    ['10m', String(Date.parse('2026-01-01T00:00:00Z') / 1000)],
    ['1767225600.5', '1767225600.5'],
    ['2026-01-01T00:00:00.123456789Z', '1767225600.123456789'],
    ['2026-01-01T01:00:00+01:00', '1767225600'],
  ])('reads %s', (text, expected) => {
    expect(engineTime(text, now)).toBe(expected);
  });
  it('refuses what is no time', () => {
    expect(() => engineTime('soon', now)).toThrow('invalid time "soon"');
    expect(unixTime('soon')).toBeUndefined();
  });
});
