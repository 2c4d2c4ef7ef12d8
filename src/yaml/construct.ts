import { getScalarValue, type parseEvents } from 'js-yaml';
import type { Origins } from './origins.ts';
import { OddScalar, resolvePlain } from './scalar.ts';
import type { Source } from './source.ts';
import { Tagged } from './tagged.ts';
import { isTree, setKey, type Tree } from './tree.ts';

type Event = ReturnType<typeof parseEvents>[number];
type Scalar = Extract<Event, { type: 4 }>;

export interface YamlProblem {
  readonly code: 'TSC101' | 'TSC102' | 'TSC103' | 'TSC104';
  readonly message: string;
  readonly offset: number;
  readonly length?: number;
  readonly hint?: string | undefined;
  /** Where the first of two stands. */
  readonly first?: number | undefined;
}
export type Report = (problem: YamlProblem) => void;

/** How many values aliases may add to a file. Without a limit a few lines can expand to gigabytes. */
const maxAliasedValues = 400_000;

interface Anchored {
  readonly value: unknown;
  /** Values below it, aliases expanded. */
  readonly size: number;
}

/** Builds plain values from the events of one file and notes where each was written. */
export class Construction {
  readonly #source: Source;
  readonly #text: string;
  readonly #origins: Origins;
  readonly #report: Report;
  #events: readonly Event[] = [];
  #next = 0;
  #anchors = new Map<string, Anchored | 'open'>();
  #size = 0;
  #aliased = 0;
  #overflow = false;

  constructor(source: Source, origins: Origins, report: Report) {
    this.#source = source;
    this.#text = source.text;
    this.#origins = origins;
    this.#report = report;
  }

  documents(events: readonly Event[]): unknown[] {
    this.#events = events;
    const documents: unknown[] = [];
    while (this.#next < events.length) {
      this.#next++;
      this.#anchors = new Map();
      documents.push(this.#peek().type === 6 ? null : this.#node());
      this.#next++;
    }
    return documents;
  }

  #peek(): Event {
    return this.#events[this.#next] as Event;
  }

  #node(): unknown {
    const event = this.#events[this.#next++] as Event;
    this.#size++;
    switch (event.type) {
      case 4:
        return this.#anchored(event, this.#size, this.#scalar(event));
      case 5:
        return this.#alias(event.anchorStart, event.anchorEnd);
      case 2:
      case 3:
        return this.#collection(event);
      default:
        return null;
    }
  }

  #scalar(event: Scalar): unknown {
    const text = this.#scalarText(event);
    if (event.tagStart < 0) return event.style === 1 ? resolvePlain(text) : text;
    const tag = this.#text.slice(event.tagStart, event.tagEnd);
    switch (tag) {
      case '!reset':
        return new Tagged('reset', null);
      case '!override':
        return new Tagged('override', event.style === 1 ? resolvePlain(text) : text);
      case '!!null':
        return null;
      case '!!int':
      case '!!float':
      case '!!bool':
      case '!!timestamp':
        return resolvePlain(text);
      case '!!binary':
        return Buffer.from(text, 'base64').toString('latin1');
      default:
        return text;
    }
  }

  #scalarText(event: Scalar): string {
    if (event.valueStart < 0) return '';
    return event.fast
      ? this.#text.slice(event.valueStart, event.valueEnd)
      : getScalarValue(this.#text, event);
  }

  #collection(event: Extract<Event, { type: 2 | 3 }>): unknown {
    const before = this.#size;
    const name = event.anchorStart < 0 ? undefined : this.#text.slice(event.anchorStart, event.anchorEnd);
    if (name !== undefined) this.#anchors.set(name, 'open');
    let value: unknown = event.type === 2 ? this.#sequence() : this.#mapping();
    this.#next++;
    if (event.tagStart >= 0) {
      const tag = this.#text.slice(event.tagStart, event.tagEnd);
      if (tag === '!reset') value = new Tagged('reset', null);
      else if (tag === '!override') value = new Tagged('override', value);
    }
    if (name !== undefined) this.#anchors.set(name, { value, size: this.#size - before + 1 });
    return value;
  }

  #anchored(event: Scalar, before: number, value: unknown): unknown {
    if (event.anchorStart >= 0) {
      const name = this.#text.slice(event.anchorStart, event.anchorEnd);
      this.#anchors.set(name, { value, size: this.#size - before + 1 });
    }
    return value;
  }

  #alias(start: number, end: number): unknown {
    const name = this.#text.slice(start, end);
    const at = { offset: start - 1, length: end - start + 1 };
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) {
      this.#report({ code: 'TSC103', message: `there is no anchor "${name}" before this alias`, ...at });
      return null;
    }
    if (anchored === 'open') {
      const message = `the alias "${name}" stands inside the value that it repeats`;
      this.#report({ code: 'TSC103', message, ...at });
      return null;
    }
    this.#size += anchored.size;
    this.#aliased += anchored.size;
    if (this.#aliased <= maxAliasedValues) return anchored.value;
    if (!this.#overflow) {
      this.#overflow = true;
      const message = `the aliases of this file repeat more than ${maxAliasedValues} values`;
      this.#report({ code: 'TSC103', message, ...at, hint: 'write the values out, or use extends' });
    }
    return null;
  }

  #sequence(): unknown[] {
    const list: unknown[] = [];
    const at: number[] = [];
    while (this.#peek().type !== 6) {
      at.push(startOf(this.#peek()));
      list.push(this.#node());
    }
    this.#origins.setParsed(list, this.#source, at);
    return list;
  }

  #mapping(): Tree {
    const tree: Tree = {};
    const at: Record<string, number> = {};
    let merged: { value: unknown; offset: number } | undefined;
    while (this.#peek().type !== 6) {
      const event = this.#peek();
      const offset = startOf(event);
      const key = this.#key();
      if (key === undefined) {
        this.#node();
      } else if (key === '<<' && event.type === 4 && event.style === 1) {
        merged = { value: this.#node(), offset };
      } else if (Object.hasOwn(tree, key)) {
        const length = key.length;
        const message = `the key "${key}" stands here twice`;
        this.#report({ code: 'TSC102', message, offset, length, first: at[key] });
        this.#node();
      } else {
        setKey(at as Tree, key, offset);
        setKey(tree, key, this.#node());
      }
    }
    this.#origins.setParsed(tree, this.#source, at);
    if (merged !== undefined) this.#mergeInto(tree, merged.value, merged.offset);
    return tree;
  }

  /** The text of the next key; undefined (and reported) if it is no string. */
  #key(): string | undefined {
    const event = this.#peek();
    const offset = startOf(event);
    if (event.type === 4 && event.style === 1 && event.tagStart < 0) {
      this.#next++;
      const text = this.#scalarText(event);
      if (text === '<<') return text;
      const value = resolvePlain(text);
      this.#anchored(event, this.#size, value);
      if (typeof value === 'string') return value;
      return this.#badKey(text === '' ? 'null' : text, offset, `put it in quotes: "${text}"`);
    }
    const value = this.#node();
    if (typeof value === 'string') return value;
    const shown =
      value instanceof OddScalar ? value.text : typeof value === 'object' ? 'a collection' : String(value);
    return this.#badKey(shown, offset);
  }

  #badKey(shown: string, offset: number, hint?: string): undefined {
    const message = `keys must be strings, this one is ${shown}`;
    this.#report({ code: 'TSC104', message, offset, ...(hint === undefined ? {} : { hint }) });
  }

  #mergeInto(tree: Tree, value: unknown, offset: number): void {
    const parts = Array.isArray(value) ? value : [value];
    for (const part of parts) {
      const from = part instanceof Tagged ? part.value : part;
      if (!isTree(from)) {
        this.#report({
          code: 'TSC103',
          message: '"<<" takes a mapping or a list of mappings',
          offset,
          length: 2,
        });
        return;
      }
      for (const key of Object.keys(from)) {
        if (Object.hasOwn(tree, key)) continue;
        setKey(tree, key, from[key]);
        this.#origins.set(tree, key, this.#origins.of(from, key));
      }
    }
  }
}

function startOf(event: Event): number {
  switch (event.type) {
    case 2:
    case 3:
      return event.start;
    case 4:
      if (event.valueStart < 0) return Math.max(event.tagStart, event.anchorStart, 0);
      return event.style === 2 || event.style === 3 ? event.valueStart - 1 : event.valueStart;
    case 5:
      return event.anchorStart - 1;
    default:
      return 0;
  }
}
