import type { AliasEvent, Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import { Origins } from './marks.ts';
import { resolvePlain } from './plain.ts';
import { Override, Reset } from './tags.ts';

/** More nodes than this, aliases written out, are taken for an attempt to exhaust memory. */
const MOST_NODES = 2_000_000;

/** A fault of the text itself. `offset` counts characters from its start. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export interface ParsedYaml {
  /** One value for each document. */
  readonly documents: readonly unknown[];
  readonly origins: Origins;
}

/**
 * Reads YAML into plain values and remembers where every key and list item stands. Aliases share their
 * object; `!reset` and `!override` become instances of `Reset` and `Override`.
 * @throws YamlError
 */
export function parseYaml(source: string): ParsedYaml {
  let events: readonly Event[];
  try {
    events = parseEvents(source, {});
  } catch (error) {
    if (error instanceof YAMLException) throw new YamlError(error.reason, error.mark?.position ?? 0);
    throw error;
  }
  return new Builder(source, events).build();
}

class Builder {
  readonly #source: string;
  readonly #events: readonly Event[];
  readonly #origins = new Origins();
  readonly #sizes = new WeakMap<object, number>();
  #anchors = new Map<string, unknown>();
  #open = new Set<string>();
  #at = 0;

  constructor(source: string, events: readonly Event[]) {
    this.#source = source;
    this.#events = events;
  }

  build(): ParsedYaml {
    const documents: unknown[] = [];
    while (this.#at < this.#events.length) {
      this.#at++;
      this.#anchors = new Map();
      const empty = this.#peek().type === EVENT_ID.POP;
      const value = empty ? null : this.#node();
      if (this.#sizeOf(value) > MOST_NODES) throw new YamlError('the aliases expand to too many values', 0);
      documents.push(value);
      this.#at++;
    }
    return { documents, origins: this.#origins };
  }

  #peek(): Event {
    const event = this.#events[this.#at];
    if (event === undefined) throw new YamlError('unexpected end of the file', this.#source.length);
    return event;
  }

  #node(): unknown {
    const event = this.#peek();
    this.#at++;
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#tagged(event, () => this.#named(event, this.#scalar(event)));
      case EVENT_ID.ALIAS:
        return this.#alias(event);
      case EVENT_ID.SEQUENCE:
        return this.#tagged(event, () => this.#sequence(event));
      case EVENT_ID.MAPPING:
        return this.#tagged(event, () => this.#mapping(event));
      default:
        throw new YamlError('unexpected structure', 0);
    }
  }

  #tagged(event: ScalarEvent | SequenceEvent | MappingEvent, value: () => unknown): unknown {
    const content = value();
    if (event.tagStart < 0) return content;
    const tag = this.#source.slice(event.tagStart, event.tagEnd);
    if (tag === '!reset') return this.#named(event, new Reset());
    if (tag === '!override') return this.#named(event, new Override(content));
    if (tag === '!!str' && event.type === EVENT_ID.SCALAR)
      return this.#named(event, getScalarValue(this.#source, event));
    return content;
  }

  #nameOf(event: { readonly anchorStart: number; readonly anchorEnd: number }): string | undefined {
    return event.anchorStart < 0 ? undefined : this.#source.slice(event.anchorStart, event.anchorEnd);
  }

  #named<T>(event: ScalarEvent | SequenceEvent | MappingEvent, value: T): T {
    const name = this.#nameOf(event);
    if (name !== undefined) this.#anchors.set(name, value);
    return value;
  }

  #alias(event: AliasEvent): unknown {
    const name = this.#nameOf(event) ?? '';
    if (this.#open.has(name))
      throw new YamlError(`the alias "${name}" stands inside its own anchor`, event.anchorStart);
    if (!this.#anchors.has(name))
      throw new YamlError(`there is no anchor "${name}" above this alias`, event.anchorStart);
    return this.#anchors.get(name);
  }

  #scalar(event: ScalarEvent): unknown {
    const text = getScalarValue(this.#source, event);
    return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text;
  }

  #sequence(event: SequenceEvent): unknown[] {
    const list: unknown[] = [];
    const name = this.#nameOf(event);
    if (name !== undefined) this.#open.add(name);
    while (this.#peek().type !== EVENT_ID.POP) {
      this.#origins.add(list, String(list.length), startOf(this.#peek()));
      list.push(this.#node());
    }
    this.#at++;
    if (name !== undefined) this.#open.delete(name);
    return this.#named(event, list);
  }

  #mapping(event: MappingEvent): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    const merged: unknown[] = [];
    const name = this.#nameOf(event);
    if (name !== undefined) this.#open.add(name);
    while (this.#peek().type !== EVENT_ID.POP) {
      const keyEvent = this.#peek();
      const offset = startOf(keyEvent);
      const key = this.#node();
      if (key === '<<' && keyEvent.type === EVENT_ID.SCALAR && keyEvent.style === SCALAR_STYLE.PLAIN) {
        const value = this.#node();
        merged.push(...(Array.isArray(value) ? value : [value]));
        continue;
      }
      if (typeof key !== 'string')
        throw new YamlError(`the key ${JSON.stringify(key) ?? ''} is not a string`, offset);
      if (Object.hasOwn(map, key)) throw new YamlError(`the key "${key}" is there twice`, offset);
      this.#origins.add(map, key, offset);
      // Not an assignment: `__proto__` is a key like any other.
      Object.defineProperty(map, key, {
        value: this.#node(),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    this.#at++;
    if (name !== undefined) this.#open.delete(name);
    for (const base of merged) this.#mergeKey(map, base, event.start);
    return this.#named(event, map);
  }

  /** `<<`: keys that are there already win; of several bases the first wins. */
  #mergeKey(map: Record<string, unknown>, base: unknown, offset: number): void {
    if (base === null) return;
    if (typeof base !== 'object' || Array.isArray(base)) {
      throw new YamlError('a merge key needs a mapping or a list of mappings', offset);
    }
    for (const [key, value] of Object.entries(base)) {
      if (Object.hasOwn(map, key)) continue;
      this.#origins.add(map, key, this.#origins.offsetOf(base, key) ?? offset);
      map[key] = value;
    }
  }

  /** Nodes of a value with aliases written out; shared objects are counted once and remembered. */
  #sizeOf(value: unknown): number {
    if (value instanceof Override) return this.#sizeOf(value.value);
    if (typeof value !== 'object' || value === null) return 1;
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    let size = 1;
    for (const child of Object.values(value)) size += this.#sizeOf(child);
    this.#sizes.set(value, size);
    return size;
  }
}

function startOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return 0;
  }
}
