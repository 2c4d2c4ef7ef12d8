import { UserError } from '../diagnostic/errors.ts';

/** Fields that a template may name; functions take an argument, as `{{.Label "key"}}`. */
export type Fields = Readonly<Record<string, unknown>>;
export type Functions = Readonly<Record<string, (row: Fields, argument: string) => string>>;

export interface Template {
  /** With `table ` before it: a heading line is printed and columns are aligned. */
  readonly table: boolean;
  /** Names of the fields of each column, for the heading. */
  readonly columns: readonly string[];
  render(row: Fields): string;
}

const action = /\{\{-?\s*(.*?)\s*-?\}\}/g;
const field = /^\.([A-Za-z]\w*)(?:\s+"([^"]*)")?$/;

/**
 * Reads a Go template of the kind that `--format` takes: text, `{{.Field}}`, `{{json .}}`, `{{json .Field}}`,
 * `{{upper .Field}}`, `{{lower .Field}}`, `{{.Label "key"}}`.
 * @throws UserError for anything else
 */
export function readTemplate(text: string, known: readonly string[], functions: Functions = {}): Template {
  const table = text.startsWith('table ');
  const body = (table ? text.slice('table '.length) : text).replace(/\\t/g, '\t').replace(/\\n/g, '\n');
  const parts: ((row: Fields) => string)[] = [];
  const columns: string[] = [];
  let at = 0;
  for (const match of body.matchAll(action)) {
    const before = body.slice(at, match.index);
    parts.push(() => before);
    parts.push(readAction(match[1] ?? '', known, functions, columns));
    at = match.index + match[0].length;
  }
  const rest = body.slice(at);
  if (rest.includes('{{'))
    throw new UserError('usage', `template parsing error: "${text}": an action is not closed`);
  parts.push(() => rest);
  return { table, columns, render: (row) => parts.map((part) => part(row)).join('') };
}

function readAction(
  text: string,
  known: readonly string[],
  functions: Functions,
  columns: string[],
): (row: Fields) => string {
  const [, word, of = text] = /^(json|upper|lower)\s+(.+)$/.exec(text) ?? [];
  if (of === '.' && word === 'json') return (row) => JSON.stringify(row);
  const [, name = '', argument] = field.exec(of) ?? [];
  const call = argument === undefined ? undefined : functions[name];
  if (call === undefined && (argument !== undefined || !known.includes(name))) {
    throw new UserError('usage', `template parsing error: can't evaluate {{${text}}}`, {
      hint: `fields: ${known.join(', ')}`,
    });
  }
  columns.push(name);
  const value = (row: Fields): unknown => (call === undefined ? row[name] : call(row, argument ?? ''));
  if (word === 'json') return (row) => JSON.stringify(value(row));
  if (word === 'upper') return (row) => plain(value(row)).toUpperCase();
  if (word === 'lower') return (row) => plain(value(row)).toLowerCase();
  return (row) => plain(value(row));
}

function plain(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
}
