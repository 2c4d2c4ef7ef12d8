import { describe, expect, test } from 'vitest';
import { type FilterWish, lineFilter } from '../../../src/cli/logs/filter.ts';
import { levelOfLine } from '../../../src/cli/logs/level.ts';
import { grepOf, tailOf, wantedLevel } from '../../../src/cli/logs/options.ts';
import { line } from '../../logs/fake.ts';

test.each([
  ['{"level":"warn","msg":"x"}', 'warn'],
  ['{"level":30,"msg":"x"}', 'info'],
  ['{"level":50,"msg":"x"}', 'error'],
  ['{"severity":"ERROR","message":"info: all fine"}', 'error'],
  ['{"msg":"no level here"}', undefined],
  ['time="2026-01-01T00:00:00Z" level=warning msg="x"', 'warn'],
  ['2026-01-01 00:00:00,123 [main] ERROR com.acme.Main - x', 'error'],
  ['2026-01-01T00:00:00.000Z  INFO 1 --- [main] o.s.Boot : Started', 'info'],
  ['2026/01/01 00:00:00 [error] 31#31: *1 open() failed', 'error'],
  ['2026-01-01 00:00:00.000 UTC [1] FATAL:  role does not exist', 'fatal'],
  ['2026-01-01 00:00:00.000 UTC [1] LOG:  ready', 'info'],
  ['[debug] connecting', 'debug'],
  ['WARN  retrying', 'warn'],
  ['error: cannot find module', 'error'],
  ['E0102 03:04:05.678901       1 main.go:12] x', 'error'],
  ['I0102 03:04:05.678901       1 main.go:12] x', 'info'],
  ['1:M 01 Jan 2026 00:00:00.000 * Ready to accept connections', undefined],
  ['an error occurred while informing', undefined],
  ['    at Object.<anonymous> (/app/x.js:1:1)', undefined],
  ['', undefined],
])('the level of %j is %s', (text, level) => expect(levelOfLine(text)).toBe(level));

const shown = (wish: FilterWish, texts: readonly string[]) => {
  const filter = lineFilter(wish);
  return texts.filter((text, i) => filter(line('a', i, text)));
};

describe('which lines are shown', () => {
  test('those of a level and above, with the lines that belong to them', () => {
    const log = ['starting', 'ERROR boom', '  at x.js:1', 'INFO fine', '  detail', 'WARN hm'];
    expect(shown({ level: 'warn' }, log)).toEqual(['ERROR boom', '  at x.js:1', 'WARN hm']);
    expect(shown({ level: 'info' }, log)).toEqual(log);
  });

  test('those that match, whatever their colours', () => {
    expect(shown({ grep: grepOf('^get /x') }, ['\u001b[32mGET\u001b[0m /x', 'POST /x'])).toEqual([
      '\u001b[32mGET\u001b[0m /x',
    ]);
    expect(shown({ grep: grepOf('GET') }, ['get', 'GET'])).toEqual(['GET']);
  });

  test('all pieces of a long line, or none', () => {
    const filter = lineFilter({ grep: /needle/ });
    expect(filter(line('a', 1, 'needle ...', { whole: false }))).toBe(true);
    expect(filter(line('a', 1, 'more', { whole: false }))).toBe(true);
    expect(filter(line('a', 1, 'end'))).toBe(true);
    expect(filter(line('a', 2, 'hay'))).toBe(false);
  });
});

test('values that make no sense are refused', () => {
  expect(() => grepOf('(')).toThrow('invalid value for --grep');
  expect(() => wantedLevel('loud')).toThrow('invalid value for --level: "loud"');
  expect(wantedLevel('WARNING')).toBe('warn');
  expect(() => tailOf('-1')).toThrow('invalid value for --tail');
  expect(tailOf('5')).toBe(5);
  expect(tailOf('all')).toBe('all');
});
