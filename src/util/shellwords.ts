/**
 * Splits a command line into words the way a shell would: quotes, backslashes (`\t` and `\n` are tab and line
 * feed), `$(…)` and backticks kept as they are, but no expansion. An unquoted `|`, `;`, `&`, `<` or `>` ends
 * the command, as in docker compose.
 * @returns the words, or undefined for something left open or an unquoted parenthesis
 */
export function splitShellWords(line: string): string[] | undefined {
  return new Splitter().split(line);
}

/**
 * Where an unquoted `|`, `;`, `&`, `<` or `>` ends the command, so that the rest is lost; undefined if nothing is lost,
 * and for what can't be split.
 */
export function cutOf(line: string): number | undefined {
  const splitter = new Splitter();
  const words = splitter.split(line);
  return words === undefined || splitter.end === line.length ? undefined : splitter.end;
}

const separators: ReadonlySet<string> = new Set(['|', ';', '&', '<', '>']);
const blanks: ReadonlySet<string> = new Set([' ', '\t', '\r', '\n']);

class Splitter {
  /** How far the line was read. */
  end = 0;
  readonly #words: string[] = [];
  #word = '';
  /** Something of a word was read, be it an empty pair of quotes. */
  #started = false;
  /** What is open: a quote, a backtick, or `(` for `$(`. */
  #open: '' | "'" | '"' | '`' | '(' = '';

  split(line: string): string[] | undefined {
    let i = 0;
    for (; i < line.length; i++) {
      const c = line[i] as string;
      if (c === '\\' && this.#open !== "'") {
        if (++i === line.length) return undefined;
        const next = line[i] as string;
        this.#add(next === 't' ? '\t' : next === 'n' ? '\n' : next);
      } else if (this.#open === '' && blanks.has(c)) {
        this.#end();
      } else if (this.#open === '' && separators.has(c)) {
        // A file descriptor before a redirection (`2>`) belongs to the redirection.
        if (c === '>' && /^[0-9]/.test(this.#word)) this.#started = false;
        break;
      } else if (!this.#mark(c)) {
        return undefined;
      }
    }
    this.end = i;
    if (this.#open !== '') return undefined;
    this.#end();
    return this.#words;
  }

  /** Reads one character that may open or close something; false if it can't stand here. */
  #mark(c: string): boolean {
    if ((c === "'" || c === '"') && (this.#open === '' || this.#open === c)) {
      this.#open = this.#open === '' ? c : '';
      this.#started = true;
      return true;
    }
    if (c === '`' && (this.#open === '' || this.#open === c)) {
      this.#open = this.#open === '' ? c : '';
    } else if (c === '(' && (this.#open === '' || this.#open === '(')) {
      if (this.#open === '(' || !this.#word.endsWith('$')) return false;
      this.#open = '(';
    } else if (c === ')' && (this.#open === '' || this.#open === '(')) {
      this.#open = this.#open === '' ? '(' : '';
    }
    this.#add(c);
    return true;
  }

  #add(text: string): void {
    this.#word += text;
    this.#started = true;
  }

  #end(): void {
    if (this.#started) this.#words.push(this.#word);
    this.#word = '';
    this.#started = false;
  }
}
