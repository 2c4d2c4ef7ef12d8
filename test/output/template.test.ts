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
    expect(formatRows('table', [], shape)).toBe('NAME      STATE\n');
  });

  it('prints JSON lines with angle brackets escaped', () => {
    expect(formatRows('json', [{ Name: 'a->b' }], shape)).toBe('{"Name":"a-\\u003eb"}\n');
  });

  it.each([
    ['{{.Name}} {{ .State }}', 'shop-db-1 running\nshop-longer-1 exited\n'],
    ['{{json .Ports}}', '[1,2]\n[]\n'],
    ['{{upper .State}}\\t!', 'RUNNING\t!\nEXITED\t!\n'],
    ['{{1_000}} {{0x10}}', '1000 16\n1000 16\n'],
    ['{{.Label "x"}}', 'shop-db-1/x\nshop-longer-1/x\n'],
    ['nope', 'nope\nnope\n'],
    ['table {{.State}}\\t{{.Name}}', 'STATE     NAME\nrunning   shop-db-1\nexited    shop-longer-1\n'],
  ])('renders %s', (format, expected) => {
    expect(formatRows(format, rows, shape)).toBe(expected);
  });

  it.each(['{{.Nmae}}', '{{nope .Name}}', '{{len 5}}', '{{$x}}'])('refuses %s', (format) => {
    expect(() => formatRows(format, rows, shape)).toThrow(/template parsing error/);
  });

  it.each([
    '{{range .}}',
    '{{.Name',
    '{{end}}',
    '{{if}}x{{end}}',
    '{{(.Name}}',
    '{{template "x"}}',
    '{{"x}}',
  ])('reads no %s', (format) => {
    expect(() => readTemplate(format, shape.fields)).toThrow(/template parsing error/);
  });
});

/** What `docker ps --format` printed for the same template and a container like this one. */
describe('Go templates', () => {
  const row = {
    Names: 'cmds-t',
    State: 'running',
    Image: 'a>b',
    Count: 2,
    List: [{ A: 1, B: 'x' }],
    None: [],
  };
  const render = (text: string) => readTemplate(text, Object.keys(row)).render(row);

  it.each([
    ['{{if eq .State "running"}}yes{{else}}no{{end}} {{len .Names}}', 'yes 6'],
    ['{{if eq .State "a"}}1{{else if eq .State "b" "running"}}2{{else}}3{{end}}', '2'],
    ['{{printf "%-10s|%5d|%q" .Names 5 .State}}', 'cmds-t    |    5|"running"'],
    ['{{printf "%v %5.2f %t %x %s" 1 2.5 true 255 .Names}}', '1  2.50 true ff cmds-t'],
    ['{{range $i, $e := split .Names "-"}}{{$i}}={{$e}};{{end}}', '0=cmds;1=t;'],
    ['{{join (split .Names "-") "+"}} {{title .State}} {{pad .State 2 3}}|', 'cmds+t Running   running   |'],
    ['{{truncate .State 3}} {{println .State}}x', 'run running\nx'],
    ['{{ .State | upper | printf "%s!" }}', 'RUNNING!'],
    ['a {{- .State -}}  x', 'arunningx'],
    ['{{with .State}}{{.}}{{end}}{{with ""}}a{{else}}b{{end}}{{/* c */}}', 'runningb'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{$y := 3}}{{end}}{{$x}} {{range 3}}{{.}}{{end}}', '2 012'],
    ['{{range split "a,b,c" ","}}{{if eq . "b"}}{{continue}}{{end}}{{.}}{{end}}', 'ac'],
    ['{{range split "a,b,c" ","}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', 'a'],
    ['{{range .None}}x{{else}}none{{end}}', 'none'],
    ['{{index (split .Names "-") 1}} {{slice .Names 1 3}} {{(index .List 0).B}}', 't md x'],
    ['{{print 1 2 "a" "b" 3}} {{and "" "x"}} {{or "" "y"}} {{not true}} {{lt 1 2}}', '1 2ab3  y false true'],
    ['{{html "<a>"}} {{urlquery "a b"}} {{true}} {{1.5}} {{`raw`}}', '&lt;a&gt; a+b true 1.5 raw'],
    ['{{json .Image}} {{json .List}} {{.List}}', '"a>b" [{"A":1,"B":"x"}] [{1 x}]'],
    ['{{range .List}}{{.A}}{{$.Names}}{{end}}', '1cmds-t'],
    ['{{json .}}', JSON.stringify(row).replace('>', '\\u003e')],
  ])('%s', (text, expected) => expect(render(text)).toBe(expected));

  it('makes a heading of the columns, whatever is done to them', () => {
    const table = readTemplate(
      'table {{.ID}}\t{{upper .State}} x {{json .Name}}\t{{.Label "a.role"}}',
      ['ID', 'State', 'Name'],
      {
        Label: () => 'v',
      },
    );
    const names = new Map([['ID', 'CONTAINER ID']]);
    expect(table.heading(names)).toBe('CONTAINER ID\tSTATE x NAME\trole');
  });
});
