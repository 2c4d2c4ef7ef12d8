import { describe, expect, it } from 'vitest';
import { formatRows, type RowFormat } from '../../src/output/rows.ts';
import { readTemplate } from '../../src/output/template.ts';

const shape: RowFormat = {
  columns: [
    ['Name', 'NAME'],
    ['State', 'STATE'],
  ],
  fields: ['Name', 'State', 'Ports'],
  functions: { Label: (row, key) => `${String(row['Name'])}/${key}` },
};
const rows = [
  { Name: 'shop-db-1', State: 'running', Ports: [1, 2] },
  { Name: 'shop-longer-1', State: 'exited', Ports: [] },
];

describe('formatRows', () => {
  it('prints a table three blanks apart', () => {
    expect(formatRows('', rows, shape)).toBe(
      'NAME            STATE\nshop-db-1       running\nshop-longer-1   exited\n',
    );
    expect(formatRows('table', [], shape)).toBe('NAME   STATE\n');
  });

  it('prints JSON lines with angle brackets escaped', () => {
    expect(formatRows('json', [{ Name: 'a->b' }], shape)).toBe('{"Name":"a-\\u003eb"}\n');
  });

  it.each([
    ['{{.Name}} {{ .State }}', 'shop-db-1 running\nshop-longer-1 exited\n'],
    ['{{json .Ports}}', '[1,2]\n[]\n'],
    ['{{upper .State}}\\t!', 'RUNNING\t!\nEXITED\t!\n'],
    ['{{.Label "x"}}', 'shop-db-1/x\nshop-longer-1/x\n'],
    ['nope', 'nope\nnope\n'],
    ['table {{.State}}\\t{{.Name}}', 'STATE     NAME\nrunning   shop-db-1\nexited    shop-longer-1\n'],
  ])('renders %s', (format, expected) => {
    expect(formatRows(format, rows, shape)).toBe(expected);
  });

  it.each(['{{.Nmae}}', '{{range .}}', '{{.Name'])('refuses %s', (format) => {
    expect(() => readTemplate(format, shape.fields)).toThrow(/template parsing error/);
  });
});
