import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { codes, meaningOf } from '../../src/diagnostic/codes.ts';

const src = resolve(import.meta.dirname, '../../src');

test('every code in the sources is in the table', () => {
  const used = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('diagnostic'))
    .flatMap((name) => [...readFileSync(join(src, name), 'utf8').matchAll(/'(TSC\d{3})'/g)])
    .map((match) => match[1] as string);
  expect(used.length).toBeGreaterThan(5);
  expect([...new Set(used)].filter((code) => meaningOf(code) === undefined)).toEqual([]);
});

test('no two codes mean the same', () => {
  expect(new Set(Object.values(codes)).size).toBe(Object.keys(codes).length);
});

test('what is no code has no meaning', () => expect(meaningOf('toString')).toBeUndefined());
