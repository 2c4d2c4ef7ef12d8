import { goJson } from './json.ts';
import { formatTable } from './table.ts';
import { type Fields, type Functions, readTemplate } from './template.ts';

export interface RowFormat {
  /** Field and heading of each column of the default table. */
  readonly columns: readonly (readonly [field: string, heading: string])[];
  /** Headings of further fields, for tables by a template; else the field's name in capitals. */
  readonly headings?: readonly (readonly [field: string, heading: string])[];
  /** All fields that templates may use. */
  readonly fields: readonly string[];
  readonly functions?: Functions;
  /** Cells of the table may be shorter than the field. */
  readonly cell?: (row: Fields, field: string) => string;
}

/** Narrowest column, its three blanks included. */
const least = 10;

/** Rows as a table, JSON lines, or by a template; `format` empty or `table`: the default table. */
export function formatRows(format: string, rows: readonly Fields[], shape: RowFormat): string {
  const cell = shape.cell ?? ((row, name) => String(row[name] ?? ''));
  if (format === '' || format === 'table') {
    return formatTable(
      shape.columns.map(([, heading]) => heading),
      rows.map((row) => shape.columns.map(([name]) => cell(row, name))),
      least,
    );
  }
  if (format === 'json') return rows.map((row) => `${goJson(row)}\n`).join('');
  const template = readTemplate(format, shape.fields, shape.functions);
  if (!template.table) return rows.map((row) => `${template.render(row)}\n`).join('');
  const heading = template.heading(new Map([...shape.columns, ...(shape.headings ?? [])])).split('\t');
  const cells = rows.map((row) => template.render(row).split('\t'));
  return formatTable(heading, cells, least);
}
