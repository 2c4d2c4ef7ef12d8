import { UserError } from '../../diagnostic/errors.ts';

/** A piece of a template: text, or what stands between `{{` and `}}`. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly source: string };

export interface Token {
  readonly kind: 'word' | 'field' | 'variable' | 'string' | 'number' | 'mark';
  /** Without quotes, dots and dollars: `Name` of `.Name`, `x` of `$x`. */
  readonly text: string;
  /** Blanks stand before it: `.A .B` are two values, `.A.B` is one. */
  readonly apart: boolean;
}

export function templateError(what: string): UserError {
  return new UserError('usage', `template parsing error: ${what}`, {
    hint: "templates are Go's: {{.Name}}, {{json .}}, {{range .List}}{{.}}{{end}}",
  });
}

/** Cuts a template into its pieces. `{{-` and `-}}` take the blanks beside them along. */
export function pieces(template: string): readonly Piece[] {
  const found: Piece[] = [];
  let rest = template;
  let trim = false;
  for (;;) {
    const at = rest.indexOf('{{');
    let text = at < 0 ? rest : rest.slice(0, at);
    if (trim) text = text.trimStart();
    if (at < 0) {
      if (text !== '') found.push({ kind: 'text', text });
      return found;
    }
    const inside = rest.slice(at + 2);
    const trimBefore = /^-\s/.test(inside);
    if (trimBefore) text = text.trimEnd();
    if (text !== '') found.push({ kind: 'text', text });
    const { tokens, length, trimAfter } = action(trimBefore ? inside.slice(1) : inside, template);
    const source = inside.slice(0, length).trim();
    if (tokens.length > 0) found.push({ kind: 'action', tokens, source });
    rest = inside.slice(length + (trimBefore ? 1 : 0) + 2);
    trim = trimAfter;
  }
}

const patterns = [
  ['string', /^"((?:[^"\\\n]|\\.)*)"|^`([^`]*)`|^'((?:[^'\\\n]|\\.)+)'/],
  ['number', /^[+-]?(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)/],
  ['field', /^\.([\p{L}_]\w*)/u],
  ['variable', /^\$(\w*)/],
  ['word', /^[\p{L}_]\w*/u],
  ['mark', /^(?::=|[.|()=,])/],
] as const;

/** The tokens up to `}}`, and how many letters they and it take without the braces. */
function action(text: string, template: string): { tokens: Token[]; length: number; trimAfter: boolean } {
  const tokens: Token[] = [];
  let at = 0;
  const comment = /^\s*\/\*[\s\S]*?\*\/\s*/.exec(text);
  if (comment) at = comment[0].length;
  for (;;) {
    const blank = /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    at += blank;
    const rest = text.slice(at);
    if (rest.startsWith('}}')) return { tokens, length: at, trimAfter: false };
    if (rest.startsWith('-}}')) return { tokens, length: at + 1, trimAfter: true };
    if (rest === '') throw templateError(`${JSON.stringify(template)}: an action is not closed`);
    const [kind, match] = token(rest);
    if (match === undefined) throw templateError(`unexpected ${JSON.stringify(rest[0])} in action`);
    tokens.push({ kind, text: textOf(kind, match), apart: blank > 0 });
    at += match[0].length;
  }
}

function token(rest: string): [Token['kind'], RegExpExecArray | undefined] {
  for (const [kind, pattern] of patterns) {
    const match = pattern.exec(rest);
    if (match) return [kind, match];
  }
  return ['mark', undefined];
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' };

function textOf(kind: Token['kind'], match: RegExpExecArray): string {
  if (kind === 'field' || kind === 'variable') return match[1] ?? '';
  if (kind !== 'string') return match[0];
  if (match[2] !== undefined) return match[2];
  return (match[1] ?? match[3] ?? '').replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}
