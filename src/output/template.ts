import { render, type Scope } from './template/evaluate.ts';
import { functions, headingFunctions } from './template/functions.ts';
import { parseTemplate } from './template/parse.ts';
import { plain } from './template/print.ts';

/** Where a row keeps the labels that `{{.Label "key"}}` asks for: no field, so JSON and `{{json .}}` leave it out. */
export const rowLabels = Symbol('labels');

/** Fields that a template may name; functions take an argument, as `{{.Label "key"}}`. */
export type Fields = Readonly<Record<string, unknown>> & {
  readonly [rowLabels]?: Readonly<Record<string, string>>;
};
export type Functions = Readonly<Record<string, (row: Fields, argument: string) => string>>;

/** `{{.Label "key"}}` */
export const labelFunction: Functions = { Label: (row, key) => row[rowLabels]?.[key] ?? '' };

export interface Template {
  /** With `table ` before it: a heading line is printed and columns are aligned. */
  readonly table: boolean;
  /** The heading line: what the template makes of the columns' names. */
  heading(names: ReadonlyMap<string, string>): string;
  /** @throws UserError for a field that rows don't have */
  render(row: Fields): string;
}

/**
 * Reads a Go template of the kind that `--format` takes. `\t` and `\n` stand for a tab and a line's end.
 * @throws UserError for what is no template
 */
export function readTemplate(text: string, known: readonly string[], own: Functions = {}): Template {
  const table = text.startsWith('table ');
  const body = (table ? text.slice('table '.length) : text).replace(/\\t/g, '\t').replace(/\\n/g, '\n');
  const branch = parseTemplate(body);
  return {
    table,
    heading: (names) => {
      const row = Object.fromEntries(known.map((name) => [name, names.get(name) ?? name.toUpperCase()]));
      // A method's heading is its argument's last part: `example.role-name` gives `role name`.
      const method: Scope['method'] = (name, values) =>
        name in own
          ? String(values[0] ?? '')
              .split('.')
              .at(-1)
              ?.replace(/[-_]/g, ' ')
          : undefined;
      return render(branch, row, { functions: headingFunctions, known, method });
    },
    render: (row) =>
      render(branch, row, {
        functions,
        known,
        method: (name, values) => own[name]?.(row, plain(values[0])),
      }),
  };
}
