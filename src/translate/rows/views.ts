import type { Fields } from './row.ts';

/** A text or number; '' and 0 mean "not set". */
export function scalar(value: string | number): Fields {
  return value === '' || value === 0 ? {} : { '': String(value) };
}

/** A flag; false means "not set". */
export function flag(value: boolean): Fields {
  return value ? { '': 'true' } : {};
}

/** A list whose order matters. */
export function ordered(values: readonly string[]): Fields {
  return values.length === 0 ? {} : { '': values.map(quoted).join(' ') };
}

/** Words with blanks or quotes are told apart from several words. */
function quoted(word: string): string {
  return /^[^\s"']+$/.test(word) ? word : JSON.stringify(word);
}

/** A list whose order means nothing: one field for each entry. */
export function unordered(values: readonly string[]): Fields {
  return Object.fromEntries([...values].map((value) => [`.${value}`, value]));
}

/** A mapping: one field for each key. */
export function mapping(values: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`.${key}`, value]));
}

/** Entries that an engine may give back in another order, each as one text. */
export function entries<T>(textOf: (value: T) => string): (values: readonly T[]) => Fields {
  return (values) => unordered(values.map(textOf));
}

/** `[]`, `{}` and `` leave the part out. */
export function unlessEmpty<T extends readonly unknown[] | object>(value: T | undefined): T | undefined {
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value.length : Object.keys(value).length) === 0 ? undefined : value;
}
