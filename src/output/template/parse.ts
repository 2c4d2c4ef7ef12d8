import { type Piece, pieces, type Token, templateError } from './lex.ts';
import type { Branch, Command, Node, Pipe, Value } from './tree.ts';

/** Reads a Go template. @throws UserError for what is none, and for parts of the language that are not known */
export function parseTemplate(text: string): Branch {
  const reader = new Reader(pieces(text));
  const branch = reader.branch();
  if (reader.ended !== undefined) throw templateError(`unexpected {{${reader.ended}}}`);
  return branch;
}

const keywords = ['if', 'with', 'range', 'else', 'end', 'break', 'continue', 'define', 'template', 'block'];

class Reader {
  readonly #pieces: readonly Piece[];
  #at = 0;
  /** What closed the last branch: `end`, or `else`, whose words are left to read. */
  ended: string | undefined;
  #tail: readonly Token[] = [];

  constructor(all: readonly Piece[]) {
    this.#pieces = all;
  }

  branch(): Branch {
    const nodes: Node[] = [];
    this.ended = undefined;
    for (;;) {
      const piece = this.#pieces[this.#at];
      this.#at += 1;
      if (piece === undefined) return nodes;
      if (piece.kind === 'text') {
        nodes.push(piece);
        continue;
      }
      const [first, ...rest] = piece.tokens;
      const word = first?.kind === 'word' && keywords.includes(first.text) ? first.text : undefined;
      if (word === 'end' || word === 'else') {
        this.ended = word;
        this.#tail = rest;
        return nodes;
      }
      nodes.push(word === undefined ? simple(piece.tokens) : this.#block(word, rest));
      this.ended = undefined;
    }
  }

  #block(word: string, rest: readonly Token[]): Node {
    if (word === 'break' || word === 'continue') return { kind: 'jump', to: word };
    if (word !== 'if' && word !== 'with' && word !== 'range') {
      throw templateError(`{{${word}}} is not known here`);
    }
    const { names, tokens } = word === 'range' ? rangeNames(rest) : { names: [], tokens: rest };
    const pipe = pipeOf(tokens, word);
    const then = this.branch();
    const otherwise = this.ended === 'else' ? this.#else() : [];
    if (this.ended !== 'end') throw templateError(`{{${word}}} has no {{end}}`);
    return word === 'range'
      ? { kind: word, names, pipe, then, otherwise }
      : { kind: word, pipe, then, otherwise };
  }

  /** `{{else if …}}` is an `if` of its own that shares the `end`. */
  #else(): Branch {
    const [first, ...rest] = this.#tail;
    if (first === undefined) return this.branch();
    if (first.text !== 'if' && first.text !== 'with')
      throw templateError(`unexpected {{else ${first.text}}}`);
    return [this.#block(first.text, rest)];
  }
}

/** An action of its own: a value to print, or `$x := value`. */
function simple(tokens: readonly Token[]): Node {
  const [first, second] = tokens;
  if (
    first?.kind === 'variable' &&
    (second?.text === ':=' || second?.text === '=') &&
    second.kind === 'mark'
  ) {
    const pipe = pipeOf(tokens.slice(2), `$${first.text}`);
    return { kind: 'set', name: first.text, declare: second.text === ':=', pipe };
  }
  return { kind: 'print', pipe: pipeOf(tokens, 'action') };
}

function rangeNames(tokens: readonly Token[]): { names: readonly string[]; tokens: readonly Token[] } {
  const at = tokens.findIndex(({ kind, text }) => kind === 'mark' && (text === ':=' || text === '='));
  if (at < 0) return { names: [], tokens };
  const names = tokens.slice(0, at).flatMap(({ kind, text }) => (kind === 'variable' ? [text] : []));
  return { names, tokens: tokens.slice(at + 1) };
}

function pipeOf(tokens: readonly Token[], where: string): Pipe {
  const reader = { tokens, at: 0 };
  const pipe = readPipe(reader, where);
  if (reader.at < tokens.length) throw templateError(`unexpected ${JSON.stringify(tokens[reader.at]?.text)}`);
  return pipe;
}

interface Tokens {
  readonly tokens: readonly Token[];
  at: number;
}

const isMark = (token: Token | undefined, text: string) => token?.kind === 'mark' && token.text === text;

function readPipe(from: Tokens, where: string): Pipe {
  const pipe: Command[] = [];
  for (;;) {
    const command: Value[] = [];
    for (;;) {
      const token = from.tokens[from.at];
      if (token === undefined || isMark(token, '|') || isMark(token, ')')) break;
      command.push(readValue(from));
    }
    if (command.length === 0) throw templateError(`missing value for ${where}`);
    pipe.push(command);
    if (!isMark(from.tokens[from.at], '|')) return pipe;
    from.at += 1;
  }
}

function readValue(from: Tokens): Value {
  let value = readOperand(from);
  for (;;) {
    const next = from.tokens[from.at];
    if (next?.kind !== 'field' || next.apart) return value;
    from.at += 1;
    value = { kind: 'field', of: value, name: next.text };
  }
}

function readOperand(from: Tokens): Value {
  const token = from.tokens[from.at]!;
  from.at += 1;
  switch (token.kind) {
    case 'string':
      return { kind: 'literal', value: token.text };
    case 'number':
      return { kind: 'literal', value: Number(token.text.replaceAll('_', '')) };
    case 'field':
      return { kind: 'field', of: { kind: 'dot' }, name: token.text };
    case 'variable':
      return { kind: 'variable', name: token.text };
    case 'word':
      if (token.text === 'true' || token.text === 'false')
        return { kind: 'literal', value: token.text === 'true' };
      return token.text === 'nil'
        ? { kind: 'literal', value: undefined }
        : { kind: 'word', name: token.text };
    case 'mark': {
      if (token.text === '.') return { kind: 'dot' };
      if (token.text !== '(') throw templateError(`unexpected ${JSON.stringify(token.text)}`);
      const pipe = readPipe(from, 'parentheses');
      if (!isMark(from.tokens[from.at], ')')) throw templateError('a parenthesis is not closed');
      from.at += 1;
      return { kind: 'pipe', pipe };
    }
  }
}
