import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { parseEvents } from 'js-yaml';
import { expect, test } from 'vitest';
import { quickEvents } from '../../src/yaml/quick.ts';

/** What the complete parser says. */
function complete(text: string): unknown {
  try {
    return parseEvents(text, { maxDepth: 500 });
  } catch {
    return 'refused';
  }
}

const root = resolve(import.meta.dirname, '../..');
const folders = ['test/diagnostics', 'test/plan', 'examples', '../shared/corpus/cases'].map((folder) =>
  resolve(root, folder),
);
const texts = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));

test('real files give the events of the complete parser, and most are read', () => {
  let read = 0;
  for (const text of texts) {
    const quick = quickEvents(text);
    if (quick === undefined) continue;
    read++;
    expect(quick).toEqual(complete(text));
  }
  expect(read / texts.length).toBeGreaterThan(0.8);
});

const bits = [
  ...[' ', '  ', '\n', '\n\n', ':', ': ', ':\n', '- ', '-', '\n- ', '#', ' #', '"', "'", '[', ']', '{', '}'],
  ...[',', ', ', '&a ', '*a', '&a', '*a ', '|', '>', '!x ', '?', '? ', '%', '@', '`', 'a', '0', '~', '.'],
  ...[
    '<<: *a',
    '---\n',
    '\\',
    '\\n',
    'é',
    '\u2028',
    '=',
    '(',
    'a: b',
    '- a',
    'null',
    ' : ',
    "''",
    '""',
    '[]',
  ],
];
const small = texts.filter((text) => text.length < 1_500);

interface Change {
  readonly at: number;
  readonly drop: number;
  readonly put: string;
}

const change = fc.record<Change>({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.integer({ min: 0, max: 3 }),
  put: fc.oneof(fc.constantFrom(...bits), fc.constant('')),
});

test('changed files give the same events or none', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...small),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (text, changes) => {
        const changed = changes.reduce((now, { at, drop, put }) => {
          const place = Math.floor(at * now.length);
          return now.slice(0, place) + put + now.slice(place + drop);
        }, text);
        const quick = quickEvents(changed);
        if (quick !== undefined) expect(quick).toEqual(complete(changed));
      },
    ),
    { seed: 20_261_124, numRuns: 5_000 },
  );
});

test.each([
  ['tabs', 'a:\tb\n'],
  ['two documents', 'a: b\n---\nc: d\n'],
  ['block scalars', 'a: |\n  b\n'],
  ['tags', 'a: !reset b\n'],
  ['text over several lines', 'a: b\n  c\n'],
  ['flow collections over several lines', 'a: [b,\n  c]\n'],
  ['lists at the top', '- a\n'],
  ['empty files', '# nothing\n'],
  ['endless nesting', `${Array.from({ length: 80 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')}`],
])('%s are left to the complete parser', (_, text) => {
  expect(quickEvents(text)).toBeUndefined();
});
