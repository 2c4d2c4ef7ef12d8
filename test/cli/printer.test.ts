import { describe, expect, it } from 'vitest';
import { LineSplitter, LogPrinter } from '../../src/cli/logs/printer.ts';
import { engineTime, unixTime } from '../../src/cli/logs/since.ts';

function printed(options: { prefix: boolean; color: boolean }, use: (printer: LogPrinter) => void): string {
  let text = '';
  use(
    new LogPrinter({
      ...options,
      write: (_, part) => {
        text += part;
      },
    }),
  );
  return text;
}

describe('LogPrinter', () => {
  it('pads names to the widest', () => {
    const text = printed({ prefix: true, color: false }, (printer) => {
      printer.register('a-1');
      printer.register('longer-1');
      printer.line('a-1', 'stdout', 'hello');
      printer.line('longer-1', 'stderr', 'x');
    });
    expect(text).toBe('a-1       | hello\nlonger-1  | x\n');
  });

  it('colours the prefix only, each name in its own', () => {
    const text = printed({ prefix: true, color: true }, (printer) => {
      printer.line('a', 'stdout', 'hello');
      printer.line('b', 'stdout', 'hi');
    });
    expect(text).toBe('\u001b[36ma  | \u001b[0mhello\n\u001b[33mb  | \u001b[0mhi\n');
  });
});

describe('LineSplitter', () => {
  it('puts lines and letters together that chunks cut', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    const bytes = new TextEncoder().encode('grün\r\nzwei\nrest');
    for (const byte of bytes) splitter.push(new Uint8Array([byte]));
    expect(lines).toEqual(['grün', 'zwei']);
    splitter.end();
    expect(lines).toEqual(['grün', 'zwei', 'rest']);
  });
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
