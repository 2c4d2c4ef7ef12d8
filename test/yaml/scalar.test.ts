import { expect, test } from 'vitest';
import { OddScalar, resolvePlain } from '../../src/yaml/scalar.ts';

const shown = (text: string): unknown => {
  const value = resolvePlain(text);
  return value instanceof OddScalar ? value.text : value;
};

test.each([
  ['010', 8],
  ['-010', -8],
  ['0b11', 3],
  ['0o17', 15],
  ['0x1F', 31],
  ['1_000', 1000],
  ['089', 89],
  ['+5', 5],
  ['1.50', 1.5],
  ['1e3', 1000],
  ['1000000.0', '1e+06'],
  ['100000000000000000000.0', '1e+20'],
  ['1e-7', '1e-07'],
  ['12345678901234567890', '12345678901234567890'],
  ['2001-12-14', '2001-12-14 00:00:00 +0000 UTC'],
  ['2001-13-14', '2001-13-14'],
  ['12:30:45', '12:30:45'],
  ['yes', 'yes'],
  ['No', 'No'],
  ['True', true],
  ['~', null],
  ['', null],
  ['.inf', '+Inf'],
  ['-', '-'],
])('%s is %j', (text, value) => {
  expect(shown(text)).toEqual(value);
});
