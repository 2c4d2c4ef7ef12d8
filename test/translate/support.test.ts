import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { features } from '../../src/translate/features.ts';
import { ignored, informative } from '../../src/translate/ignored.ts';
import { rows } from '../../src/translate/rows/all.ts';

const costs = { none: 'nothing', update: 'update in place', recreate: 'new container' } as const;

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}

/** docs/support.md, written from the rows; with UPDATE_DOCS=1 it is written anew. */
test('the table of supported attributes is current', () => {
  const attributes = rows
    .map(({ attribute, also, path, onChange }) => [
      [attribute, ...also].map((name) => `\`${name}\``).join(', '),
      `\`${path}\``,
      costs[onChange],
    ])
    .sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
  const text = [
    '# What becomes of the attributes of a service',
    '',
    'Written by `test/translate/support.test.ts` from the rows that the program works with.',
    '',
    table(['Attribute', 'Part of the create call', 'A change costs'], attributes),
    '',
    'Networks of a service go into `NetworkingConfig` (or a connect call on engines below API 1.44) and are compared one by one;',
    'Podman and limits that are taken away need a new container where the table says `update in place`.',
    '',
    '## Needs an engine of some age',
    '',
    table(
      ['Attribute', 'From API', 'Docker Engine', 'Below'],
      features.map(({ attribute, since, engine, below }) => [
        `\`${attribute}\``,
        since,
        engine,
        below === 'warn' ? 'a warning' : 'refused (TSC310)',
      ]),
    ),
    '',
    '## Has no effect, with a warning',
    '',
    table(
      ['Attribute', 'Why'],
      ignored.map(({ attribute, why }) => [`\`${attribute}\``, why]),
    ),
    '',
    '## Asks nothing of an engine',
    '',
    table(
      ['Attribute', 'Why'],
      informative.map(({ attribute, why }) => [`\`${attribute}\``, why]),
    ),
    '',
  ].join('\n');
  const file = new URL('../../docs/support.md', import.meta.url);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('each part of a body has one row', () => {
  const paths = rows.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
});
