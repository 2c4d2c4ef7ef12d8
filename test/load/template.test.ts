import fc from 'fast-check';
import { expect, test } from 'vitest';
import { substitute, TemplateError } from '../../src/load/template.ts';

const values: Readonly<Record<string, string>> = { A: 'a', E: '' };
const lookup = (name: string): string | undefined => values[name];

test.each([
  ['$A ${A}', 'a a'],
  ['$$A $$$A', '$A $a'],
  ['${N:-x}${E:-y}${E-z}', 'xy'],
  ['${N:-${M:-deep}}', 'deep'],
  ['${A:+set}${N+set}${E+set}', 'setset'],
  ['${A:?needed}', 'a'],
  ['$ $1 100$', '$ $1 100$'],
  ['${N:-{"a":1}}', '{"a":1}'],
])('%s becomes %s', (template, text) => {
  expect(substitute(template, lookup)).toBe(text);
});

test.each(['${', '${}', '${1A}', '${A', '${A!}', '${A b}', '${A:b}', '${A:=x}', '${N:?}', '${E:?why}'])(
  '%s is refused',
  (template) => {
    expect(() => substitute(template, lookup)).toThrow(TemplateError);
  },
);

test('a text whose dollars are doubled comes back as it was', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(substitute(text.replaceAll('$', '$$$$'), lookup)).toBe(text);
    }),
  );
});

test('what is not taken is not evaluated', () => {
  expect(substitute('${A:-${N:?missing}}', lookup)).toBe('a');
});
