import type { Place } from '../diagnostic/diagnostic.ts';
import { placeAt, type Source, tokenLengthAt } from './source.ts';

/** Where a key or list entry was written. */
export interface Origin {
  readonly source: Source;
  readonly offset: number;
}

/** As parsed: all of one file, one offset for each key or entry. */
interface Parsed {
  readonly source: Source;
  readonly at: Readonly<Record<string, number>> | readonly number[];
}

type Merged = Map<string, readonly Origin[]>;

/**
 * Where everything was written, beside the values: for each mapping and list the origins of its keys and
 * entries. A value that several files gave has all of them, the latest last.
 */
export class Origins {
  readonly #tables = new WeakMap<object, Parsed | Merged>();

  setParsed(container: object, source: Source, at: Parsed['at']): void {
    this.#tables.set(container, { source, at });
  }

  /** The new container has the keys or entries of the old one. */
  carry(from: object, to: object): void {
    const table = this.#tables.get(from);
    if (table !== undefined) this.#tables.set(to, table instanceof Map ? new Map(table) : table);
  }

  set(container: object, key: string | number, origins: readonly Origin[]): void {
    if (origins.length === 0) return;
    let table = this.#tables.get(container);
    if (!(table instanceof Map)) {
      const copy: Merged = new Map();
      if (table !== undefined) for (const k of Object.keys(table.at)) copy.set(k, originsIn(table, k));
      table = copy;
      this.#tables.set(container, table);
    }
    table.set(String(key), origins);
  }

  of(container: unknown, key: string | number): readonly Origin[] {
    if (typeof container !== 'object' || container === null) return [];
    const table = this.#tables.get(container);
    return table === undefined ? [] : originsIn(table, String(key));
  }
}

/** The key or entry that was written there. */
export function placeOf({ source, offset }: Origin): Place {
  return placeAt(source, offset, tokenLengthAt(source, offset));
}

/** A part of what was written there, if it stands on the same line; else the key or entry. */
export function placeOfPart({ source, offset }: Origin, part: string): Place {
  const end = source.text.indexOf('\n', offset);
  const at = source.text.slice(offset, end < 0 ? undefined : end).indexOf(part);
  return at < 0 ? placeOf({ source, offset }) : placeAt(source, offset + at, part.length);
}

function originsIn(table: Parsed | Merged, key: string): readonly Origin[] {
  if (table instanceof Map) return table.get(key) ?? [];
  const offset = Object.hasOwn(table.at, key)
    ? (table.at as Readonly<Record<string, number>>)[key]
    : undefined;
  return offset === undefined ? [] : [{ source: table.source, offset }];
}
