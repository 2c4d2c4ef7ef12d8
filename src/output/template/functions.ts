import { goJson } from '../json.ts';
import { templateError } from './lex.ts';
import { plain, print, printf } from './print.ts';

export type Call = (...values: readonly unknown[]) => unknown;

/** False, nothing, 0 and what is empty count as false. */
export function truth(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

const text = (value: unknown): string => plain(value);

/** -1, 0 or 1. @throws UserError for values of two kinds */
function compare(a: unknown, b: unknown): number {
  if (typeof a !== typeof b) throw templateError('incompatible types for comparison');
  if (typeof a === 'number' && typeof b === 'number') return Math.sign(a - b);
  return text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;
}

function equal(a: unknown, ...others: readonly unknown[]): boolean {
  return others.some((b) => compare(a, b) === 0);
}

function index(value: unknown, ...keys: readonly unknown[]): unknown {
  return keys.reduce((from: unknown, key) => {
    if (Array.isArray(from) || typeof from === 'string') {
      if (typeof key === 'number' && key >= 0 && key < from.length) return from[key];
      throw templateError(`error calling index: index out of range: ${text(key)}`);
    }
    return typeof from === 'object' && from !== null ? Reflect.get(from, text(key)) : undefined;
  }, value);
}

function slice(value: unknown, from?: unknown, to?: unknown): unknown {
  const [start, end] = [from === undefined ? 0 : Number(from), to === undefined ? undefined : Number(to)];
  if (Array.isArray(value)) return value.slice(start, end);
  return text(value).slice(start, end);
}

function length(value: unknown): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length;
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  throw templateError('error calling len: a value without a length');
}

/** A whole record has `<`, `>` and `&` escaped, a value by itself has not: docker's encoders differ there. */
function json(value: unknown): string {
  const record = typeof value === 'object' && value !== null && !Array.isArray(value);
  return record ? goJson(value) : (JSON.stringify(value) ?? 'null');
}

const title = (word: string) =>
  word.replace(/(^|\s)(\S)/g, (_, before: string, letter: string) => before + letter.toUpperCase());

const html: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&#34;',
  "'": '&#39;',
};

/** The functions of Go's templates and those that docker adds: split, join, title, upper, lower, pad, truncate, json. */
export const functions: Readonly<Record<string, Call>> = {
  and: (...values) =>
    values.find((value) => !truth(value)) ?? (values.every(truth) ? values.at(-1) : undefined),
  or: (...values) => values.find(truth) ?? values.at(-1),
  not: (value) => !truth(value),
  eq: equal,
  ne: (a, b) => compare(a, b) !== 0,
  lt: (a, b) => compare(a, b) < 0,
  le: (a, b) => compare(a, b) <= 0,
  gt: (a, b) => compare(a, b) > 0,
  ge: (a, b) => compare(a, b) >= 0,
  len: length,
  index,
  slice,
  print: (...values) => print(values),
  println: (...values) => `${values.map(plain).join(' ')}\n`,
  printf: (format, ...values) => printf(text(format), values),
  html: (...values) => print(values).replace(/[<>&"']/g, (letter) => html[letter] ?? letter),
  js: (...values) => JSON.stringify(print(values)).slice(1, -1).replace(/'/g, "\\'"),
  urlquery: (...values) => encodeURIComponent(print(values)).replace(/%20/g, '+'),
  json,
  split: (value, separator) => text(value).split(text(separator)),
  join: (list, separator) => (Array.isArray(list) ? list.map(plain).join(text(separator)) : text(list)),
  title: (value) => title(text(value)),
  upper: (value) => text(value).toUpperCase(),
  lower: (value) => text(value).toLowerCase(),
  pad: (value, before, after) =>
    text(value) === '' ? '' : ' '.repeat(Number(before)) + text(value) + ' '.repeat(Number(after)),
  truncate: (value, most) => [...text(value)].slice(0, Number(most)).join(''),
};

/** In a heading a function leaves the column's name alone, upper and lower aside, as in docker's tables. */
export const headingFunctions: Readonly<Record<string, Call>> = {
  ...functions,
  json: (value) => value,
  split: (value) => value,
  join: (value) => value,
  title: (value) => value,
  upper: (value) => value,
  lower: (value) => value,
  pad: (value) => value,
  truncate: (value) => value,
};
