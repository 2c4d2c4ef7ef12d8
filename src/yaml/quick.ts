import type { parseEvents } from 'js-yaml';

type Events = ReturnType<typeof parseEvents>;
type Event = Events[number];

/**
 * The events of a file that is written as most compose files are: one document, block mappings and lists by
 * indentation with blanks, scalars and flow collections that end on their line. They are the same events that the
 * complete parser gives, several times as fast.
 * @returns undefined for anything else: the complete parser then reads it, or says what is wrong
 */
export function quickEvents(text: string): Events | undefined {
  if (text.length > longest || unusual.test(text)) return undefined;
  const reader = new QuickReader(text);
  return reader.document() ? reader.events : undefined;
}

/** In characters; patterns of repeated alternatives need memory for each. */
const longest = 1_000_000;

/** Tabs, carriage returns, control and rare characters, markers of documents, directives, tags, block scalars. */
const unusual =
  /[^\n\x20-\x7e\xa0-\ud7ff\uf900-\ufefe\uff00-\uffef]|^(?:---|\.\.\.|%)|(?:^|[ [{,:-])[!|>?](?:[^\s=]|[ \n]|$)/m;

/** Blank lines and comments, then the indentation of the next line that has something. */
const gap = /(?:[ ]*(?:#[^\n]*)?\n)*/y;
const blanks = / */y;
const restOfLine = / *(?: #[^\n]*)?(?:\n|$)/y;
/** A key in its usual form, with what follows it. */
const blockKey = /(?:([\w./$<-][\w./$+@<-]*)|"([^"\\\n]*)"|'([^'\n]*)') *:(?=[ \n]|$)/y;
const doubleQuoted = /"((?:[^"\\\n]|\\[0abtnvfre "/\\])*)"/y;
const singleQuoted = /'([^'\n]*)'(?!')/y;
/** Starts with no indicator, or with `-` or `:` and then something that is none. */
const blockPlain =
  /(?:[^\s,[\]{}#&*!|>'"%@`?:-]|[-:](?=[^\s,[\]{}]))(?:[^\s:#]|:(?=\S)|[^\s]#|(?: +(?=[^\s#])))*/y;
const flowPlain =
  /(?:[^\s,[\]{}#&*!|>'"%@`?:-]|-(?=[^\s,[\]{}]))(?:[^\s,[\]{}:#]|:(?=[^\s,[\]{}])| +(?=[^\s,[\]{}:#]))*/y;
const reference = /[&*]([^\s,[\]{}]+)/y;

const none = { anchorStart: -1, anchorEnd: -1 } as const;
type Anchor = { readonly anchorStart: number; readonly anchorEnd: number };
const deepest = 60;

class QuickReader {
  readonly events: Event[] = [];
  readonly #text: string;
  /** The next character. */
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): boolean {
    if (this.#toContent() !== 0 || this.#at >= this.#text.length) return false;
    this.events.push({ type: 1, explicitStart: false, explicitEnd: false, directives: [] } as Event);
    if (!this.#mapping(0, none) || this.#at < this.#text.length) return false;
    this.events.push({ type: 6 });
    return true;
  }

  /** Goes to the next line with content. @returns its indentation; -1 at the end */
  #toContent(): number {
    const start = this.#skip(gap);
    const content = this.#skip(blanks);
    return content >= this.#text.length ? -1 : content - start;
  }

  #skip(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    if (pattern.test(this.#text)) this.#at = pattern.lastIndex;
    return this.#at;
  }

  /** @returns whether the pattern stands here; then behind it */
  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  /** From its first key, which is here, to the line after it. */
  #mapping(indent: number, anchor: Anchor): boolean {
    if (++this.#depth > deepest) return false;
    this.#open(3, this.#at, anchor, 1);
    for (;;) {
      if (!this.#key()) return false;
      const next = this.#value(indent, true);
      if (next === undefined || next > indent) return false;
      if (next < indent) break;
    }
    this.#depth--;
    this.events.push({ type: 6 });
    return true;
  }

  #key(): boolean {
    const start = this.#at;
    blockKey.lastIndex = start;
    const match = blockKey.exec(this.#text);
    if (match === null) return false;
    this.#at = blockKey.lastIndex;
    const [, plain, double, single] = match;
    if (plain !== undefined) {
      // "-" alone would be an entry of a list.
      if (plain.startsWith('-')) return false;
      this.#scalar(start, start + plain.length, 1, none);
    } else {
      const length = (double ?? single ?? '').length;
      this.#scalar(start + 1, start + 1 + length, double === undefined ? 2 : 3, none);
    }
    return true;
  }

  /** From its first `-`, which is here. */
  #sequence(indent: number, anchor: Anchor): boolean {
    if (++this.#depth > deepest) return false;
    this.#open(2, this.#at, anchor, 1);
    for (;;) {
      const after = this.#text[this.#at + 1];
      if (this.#text[this.#at] !== '-' || (after !== ' ' && after !== '\n')) break;
      this.#at++;
      const next = this.#value(indent, false);
      if (next === undefined || next > indent) return false;
      if (next < indent) break;
    }
    this.#depth--;
    this.events.push({ type: 6 });
    return true;
  }

  /**
   * The value behind `:` or `-`, and on to the next line with content.
   * @returns the indentation of that line, -1 at the end; undefined if the value is not read here
   */
  #value(indent: number, ofKey: boolean): number | undefined {
    const begin = this.#at;
    this.#skip(blanks);
    const anchor = this.#anchor();
    if (this.#take(restOfLine)) return this.#below(indent, ofKey, anchor);
    // Text must not follow at once.
    if (this.#at === begin) return undefined;
    if (!ofKey && anchor === none) {
      blockKey.lastIndex = this.#at;
      if (blockKey.test(this.#text)) return this.#inList(this.#at - begin + 1 + indent);
    }
    if (!this.#inline(anchor) || !this.#take(restOfLine)) return undefined;
    return this.#toContent();
  }

  /** A mapping that begins on the line of its `-`. */
  #inList(indent: number): number | undefined {
    return this.#mapping(indent, none) ? this.#column() : undefined;
  }

  /** The indentation of the line whose content is here. */
  #column(): number {
    if (this.#at >= this.#text.length) return -1;
    return this.#at - (this.#text.lastIndexOf('\n', this.#at - 1) + 1);
  }

  /** What stands on the lines below, or nothing. */
  #below(indent: number, ofKey: boolean, anchor: Anchor): number | undefined {
    const inner = this.#toContent();
    const char = this.#text[this.#at];
    const after = this.#text[this.#at + 1];
    const isList = char === '-' && (after === ' ' || after === '\n');
    if (inner > indent || (inner === indent && ofKey && isList)) {
      // Scalars and flow collections on a line of their own are rare.
      const read = isList ? this.#sequence(inner, anchor) : this.#mapping(inner, anchor);
      return read ? this.#column() : undefined;
    }
    if (anchor !== none) return undefined;
    this.#scalar(-1, -1, 1, none);
    return inner;
  }

  #anchor(): Anchor {
    if (this.#text[this.#at] !== '&') return none;
    const start = this.#at + 1;
    if (!this.#take(reference)) return none;
    const found = { anchorStart: start, anchorEnd: this.#at };
    // What it marks may follow on the same line.
    blanks.lastIndex = this.#at;
    if (blanks.test(this.#text) && blanks.lastIndex > this.#at) {
      const next = this.#text[blanks.lastIndex];
      if (next !== '#' && next !== '\n' && next !== undefined) this.#at = blanks.lastIndex;
    }
    return found;
  }

  /** A value that ends on its line, in a block. */
  #inline(anchor: Anchor): boolean {
    const start = this.#at;
    switch (this.#text[start]) {
      case '"':
      case "'":
        return this.#quoted(anchor);
      case '[':
      case '{':
        return this.#flow(anchor);
      case '*':
        return anchor === none && this.#alias();
      default:
        if (!this.#take(blockPlain)) return false;
        this.#scalar(start, this.#at, 1, anchor);
        return true;
    }
  }

  #quoted(anchor: Anchor): boolean {
    const start = this.#at;
    const double = this.#text[start] === '"';
    if (!this.#take(double ? doubleQuoted : singleQuoted)) return false;
    this.#scalar(start + 1, this.#at - 1, double ? 3 : 2, anchor);
    return true;
  }

  #alias(): boolean {
    const start = this.#at + 1;
    if (!this.#take(reference)) return false;
    this.events.push({ type: 5, anchorStart: start, anchorEnd: this.#at });
    return true;
  }

  /** A list or mapping in brackets. */
  #flow(anchor: Anchor): boolean {
    if (++this.#depth > deepest) return false;
    const start = this.#at;
    const isList = this.#text[start] === '[';
    const close = isList ? ']' : '}';
    this.#open(isList ? 2 : 3, start, anchor, 2);
    this.#at++;
    for (let first = true; ; first = false) {
      this.#skip(blanks);
      if (this.#text[this.#at] === close) break;
      if (!first) {
        if (this.#text[this.#at] !== ',') return false;
        this.#at++;
        this.#skip(blanks);
        // A comma at the end is rare, two in a row are wrong.
        if (this.#text[this.#at] === close) return false;
      }
      if (!(isList ? this.#flowValue() : this.#flowEntry())) return false;
    }
    this.#at++;
    this.#depth--;
    this.events.push({ type: 6 });
    return true;
  }

  #flowEntry(): boolean {
    const char = this.#text[this.#at];
    if (char === '[' || char === '{' || char === '*' || !this.#flowValue()) return false;
    if (this.#text[this.#at] !== ':') return false;
    this.#at++;
    const after = this.#text[this.#at];
    if (after !== ' ') return false;
    this.#skip(blanks);
    const next = this.#text[this.#at];
    if (next === ',' || next === '}') {
      this.#scalar(-1, -1, 1, none);
      return true;
    }
    return this.#flowValue();
  }

  #flowValue(): boolean {
    const start = this.#at;
    switch (this.#text[start]) {
      case '"':
      case "'":
        if (!this.#quoted(none)) return false;
        break;
      case '[':
      case '{':
        if (!this.#flow(none)) return false;
        break;
      case '*':
        if (!this.#alias()) return false;
        break;
      default:
        if (!this.#take(flowPlain)) return false;
        this.#scalar(start, this.#at, 1, none);
    }
    this.#skip(blanks);
    return true;
  }

  // The next two make most objects of a load: literals that are written out are made fastest.

  /** @param style 1: by indentation, 2: in brackets */
  #open(type: 2 | 3, start: number, { anchorStart, anchorEnd }: Anchor, style: 1 | 2): void {
    this.events.push({ type, start, anchorStart, anchorEnd, tagStart: -1, tagEnd: -1, style });
  }

  /** @param style 1: plain, 2: in single quotes, 3: in double quotes */
  #scalar(valueStart: number, valueEnd: number, style: 1 | 2 | 3, { anchorStart, anchorEnd }: Anchor): void {
    const fast = valueStart >= 0 && (style !== 3 || !this.#text.slice(valueStart, valueEnd).includes('\\'));
    this.events.push({
      type: 4,
      valueStart,
      valueEnd,
      anchorStart,
      anchorEnd,
      tagStart: -1,
      tagEnd: -1,
      style,
      chomping: 1,
      indent: -1,
      fast,
    });
  }
}
