import { UserError } from '../../diagnostic/errors.ts';
import { label } from '../../model/labels.ts';
import { goJson } from '../../output/json.ts';
import { type ProjectRow, projectRows } from '../../output/projects.ts';
import { formatTable } from '../../output/table.ts';
import { defineCommand } from '../command.ts';
import { withEngine } from '../session.ts';

/** `ls`: the projects that an engine holds. */
export const ls = defineCommand({
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List projects with containers',
  options: {
    all: { short: 'a', type: 'boolean', summary: 'Stopped projects too' },
    filter: {
      type: 'strings',
      placeholder: 'filter',
      summary: 'Only those with this property: name=PATTERN',
    },
    format: { type: 'string', default: 'table', choices: ['table', 'json'], summary: 'table or json' },
    quiet: { short: 'q', type: 'boolean', summary: 'Print names only' },
  },
  args: { max: 0 },
  examples: [
    ['tscompose ls --all', 'lists projects, stopped ones too'],
    ['tscompose ls --filter name=^shop -q', 'prints names that begin with shop'],
  ],
  run: ({ options, ...context }) => {
    const patterns = options.filter.map(namePattern);
    return withEngine(context, async (engine) => {
      const containers = await engine.listContainers({ all: options.all === true, labels: [label.project] });
      const rows = projectRows(containers).filter(
        ({ Name }) => patterns.length === 0 || patterns.some((matches) => matches(Name)),
      );
      context.terminal.stdout.write(text(rows, options.quiet === true, options.format ?? 'table'));
      return 0;
    });
  },
});

function text(rows: readonly ProjectRow[], quiet: boolean, format: string): string {
  if (quiet) return rows.map(({ Name }) => `${Name}\n`).join('');
  if (format === 'json') return `${goJson(rows)}\n`;
  const cells = rows.map(({ Name, Status, ConfigFiles }) => [Name, Status, ConfigFiles]);
  return formatTable(['NAME', 'STATUS', 'CONFIG FILES'], cells, 20);
}

function namePattern(filter: string): (name: string) => boolean {
  const at = filter.indexOf('=');
  if (filter.slice(0, at) !== 'name') {
    throw new UserError('usage', `invalid filter ${JSON.stringify(filter)}`, {
      hint: 'only name=PATTERN is known',
    });
  }
  const pattern = filter.slice(at + 1);
  return (name) => {
    if (name === pattern) return true;
    try {
      return new RegExp(pattern).test(name);
    } catch {
      return false;
    }
  };
}
