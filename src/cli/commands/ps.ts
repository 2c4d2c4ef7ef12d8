import { UserError } from '../../diagnostic/errors.ts';
import { containerFields, containerFormat } from '../../output/containers.ts';
import { formatRows } from '../../output/rows.ts';
import { defineCommand } from '../command.ts';
import { ofServices, projectContainers, serviceOf } from '../containers.ts';
import { configuredFormat } from '../dockerConfig.ts';
import { printText } from '../process/print.ts';
import { onTarget } from '../session.ts';
import { ownVerdicts } from '../verdicts.ts';

const states = ['paused', 'restarting', 'removing', 'running', 'dead', 'created', 'exited'] as const;

/** `ps`: the containers of the project. */
export const ps = defineCommand({
  name: 'ps',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'List containers',
  options: {
    all: { short: 'a', type: 'boolean', summary: 'Stopped containers too, and those of run' },
    filter: { type: 'string', summary: 'Only those with this property: status=STATE' },
    format: { type: 'string', summary: "table, json, or a Go template such as '{{.Name}} {{.State}}'" },
    'no-trunc': { type: 'boolean', summary: "Don't shorten long values" },
    orphans: {
      type: 'boolean',
      default: true,
      summary: 'Those too whose service the compose files no longer have',
    },
    quiet: { short: 'q', type: 'boolean', summary: 'Print ids only' },
    services: { type: 'boolean', summary: 'Print the names of services' },
    status: { type: 'strings', summary: `Only containers in this state: ${states.join(', ')}` },
  },
  examples: [
    ['tscompose ps --all', 'lists stopped containers too'],
    ["tscompose ps --format '{{.Name}} {{.Health}}'", 'prints two fields a line'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const wanted = [...options.status, ...statusFilter(options.filter)];
    return onTarget(context, async (engine, target) => {
      const all = options.all === true || wanted.length > 0;
      const found = await projectContainers(engine, target.name, {
        ...{ all, oneOff: options.all === true, forwarders: options.all === true },
      });
      const { project } = target;
      const containers = ofServices(target, found, args)
        .filter((c) => options.orphans !== false || project === undefined || serviceOf(c) in project.services)
        .filter((c) => wanted.length === 0 || wanted.includes(c.state));
      const now = Date.now() / 1000;
      const print = (text: string) => printText(context.terminal, text);
      if (options.quiet) print(containers.map((c) => `${c.id}\n`).join(''));
      else if (options.services) {
        print([...new Set(containers.map(serviceOf))].map((name) => `${name}\n`).join(''));
      } else {
        const format = options.format ?? configuredFormat(context.terminal, 'psFormat');
        const forPeople = format === '' || format === 'table';
        const ours = forPeople
          ? await ownVerdicts(context, engine, target.name, containers)
          : new Map<string, string>();
        const rows = containers.map((c) => {
          const shown = { ...c, status: ours.get(c.id) ?? c.status };
          return containerFields(shown, now, options['no-trunc'] !== true);
        });
        print(formatRows(format, rows, containerFormat));
      }
      return 0;
    });
  },
});

function statusFilter(filter: string | undefined): readonly string[] {
  if (filter === undefined || filter === '') return [];
  const at = filter.indexOf('=');
  if (at < 0) {
    throw new UserError('usage', `--filter takes NAME=VALUE, not ${JSON.stringify(filter)}`, {
      hint: '--filter status=running',
    });
  }
  const name = filter.slice(0, at);
  if (name !== 'status') {
    throw new UserError('usage', `unknown filter name: ${name}`, { hint: 'only status is known' });
  }
  return [filter.slice(at + 1)];
}
