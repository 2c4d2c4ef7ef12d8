import { type Lookup, substitute, TemplateError } from './template.ts';

/** What is wrong with a line of an env file. */
export interface DotenvFault {
  readonly line: number;
  readonly message: string;
}

/** Lines of an env file that can't be read. */
export class DotenvError extends Error {
  override readonly name = 'DotenvError';
  /** At least one, in the order of the file. */
  readonly faults: readonly DotenvFault[];
  constructor(faults: readonly DotenvFault[]) {
    super(faults.map((fault) => fault.message).join('\n'));
    this.faults = faults;
  }
}

/** One line can't be read; those after it may be well. */
class LineError extends Error {
  override readonly name = 'LineError';
}

export interface DotenvEntry {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/**
 * Reads `KEY=value` lines with quotes, comments, escapes and variables. References ask `lookup` first,
 * then earlier lines. A name without value takes the value of `lookup`, or is left out.
 * @throws DotenvError
 */
export function parseDotenv(text: string, lookup: Lookup): DotenvEntry[] {
  return new DotenvReader(text, lookup).read();
}

/** `format: raw`: everything after the first `=` is the value, as it stands. */
export function parseRawEnv(text: string, lookup: Lookup): DotenvEntry[] {
  const entries: DotenvEntry[] = [];
  const faults: DotenvFault[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((raw, index) => {
      const line = raw.trimStart();
      if (line === '' || line.startsWith('#')) return;
      const equals = line.indexOf('=');
      const name = (equals < 0 ? line : line.slice(0, equals)).trim();
      if (/\s/.test(name)) faults.push({ line: index + 1, message: blankInName(name) });
      const value = equals < 0 ? lookup(name) : line.slice(equals + 1);
      if (value !== undefined) entries.push({ name, value, line: index + 1 });
    });
  if (faults.length > 0) throw new DotenvError(faults);
  return entries;
}

function blankInName(name: string): string {
  return `"${name}" can't be a name: it has a blank`;
}

class DotenvReader {
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #entries: DotenvEntry[] = [];
  readonly #values = new Map<string, string>();
  readonly #faults: DotenvFault[] = [];
  #at = 0;
  #line = 1;

  constructor(text: string, lookup: Lookup) {
    this.#text = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
    this.#lookup = lookup;
  }

  read(): DotenvEntry[] {
    for (;;) {
      this.#skipBlank();
      if (this.#at >= this.#text.length) break;
      if (this.#text[this.#at] === '#') this.#restOfLine();
      else this.#entryOrFault();
    }
    if (this.#faults.length > 0) throw new DotenvError(this.#faults);
    return this.#entries;
  }

  #entryOrFault(): void {
    const line = this.#line;
    try {
      this.#entry();
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      this.#faults.push({ line, message: error.message });
      this.#restOfLine();
    }
  }

  #skipBlank(): void {
    while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at] as string)) {
      if (this.#text[this.#at] === '\n') this.#line++;
      this.#at++;
    }
  }

  /** To the end of the line, which is left where it is. */
  #restOfLine(): string {
    const end = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end;
    return line;
  }

  #entry(): void {
    const line = this.#line;
    const exported = /export[ \t]+(?=[^\s=:])/y;
    exported.lastIndex = this.#at;
    if (exported.test(this.#text)) this.#at = exported.lastIndex;
    const name = this.#name(line);
    if (name === undefined) return;
    const value = this.#value();
    this.#entries.push({ name, value, line });
    this.#values.set(name, value);
  }

  /** The name before `=` or `:`; undefined if there was only a name, which is then done with. */
  #name(line: number): string | undefined {
    const start = this.#at;
    for (; this.#at < this.#text.length; this.#at++) {
      const c = this.#text[this.#at] as string;
      if (c === '=' || c === ':') {
        const name = this.#text.slice(start, this.#at).trim();
        if (/\s/.test(name)) throw new LineError(blankInName(name));
        this.#at++;
        return name;
      }
      if (c === '\n') break;
      if (!/[\p{L}\p{N}_.\-[\] \t\r\f\v]/u.test(c)) {
        throw new LineError(`${JSON.stringify(c)} can't be part of a name`);
      }
    }
    const name = this.#text.slice(start, this.#at).trim();
    if (/\s/.test(name)) throw new LineError(blankInName(name));
    const inherited = this.#lookup(name);
    if (inherited !== undefined) {
      this.#entries.push({ name, value: inherited, line });
      this.#values.set(name, inherited);
    }
    return undefined;
  }

  #value(): string {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++;
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") return this.#plainValue();
    for (let end = this.#at + 1; end < this.#text.length; end++) {
      if (this.#text[end] === '\\') {
        end++;
      } else if (this.#text[end] === quote) {
        const inner = this.#text.slice(this.#at + 1, end);
        this.#at = end + 1;
        this.#line += inner.split('\n').length - 1;
        if (quote === "'") return inner.replaceAll("\\'", "'");
        return this.#expand(unescapeDouble(inner));
      }
    }
    throw new LineError('a quoted value is never closed');
  }

  #plainValue(): string {
    const raw = this.#restOfLine();
    const comment = /(?:^|\s)#/.exec(raw);
    const value = (comment === null ? raw : raw.slice(0, comment.index)).trim();
    return this.#expand(value);
  }

  #expand(value: string): string {
    try {
      return substitute(value, (name) => this.#lookup(name) ?? this.#values.get(name));
    } catch (error) {
      if (error instanceof TemplateError) throw new LineError(error.message);
      throw error;
    }
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** `\$` must survive the expansion that follows, so it becomes `$$`. */
function unescapeDouble(inner: string): string {
  return inner.replace(/\\(0[0-7]{0,3}|.)/gs, (whole, sequence: string) => {
    if (sequence === '$') return '$$';
    if (sequence.startsWith('0') && sequence.length > 1) {
      return String.fromCharCode(Number.parseInt(sequence, 8));
    }
    if (sequence === '"' || sequence === '\\') return sequence;
    return escapes[sequence] ?? whole;
  });
}
