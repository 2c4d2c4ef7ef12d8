import { formatRows } from '../../output/rows.ts';
import { humanDuration } from '../../output/units.ts';
import { compareRevisions, summarize } from '../../revisions/compare.ts';
import type { Revision } from '../../revisions/revision.ts';
import { listRevisions } from '../../revisions/store.ts';
import { defineCommand } from '../command.ts';
import { onTarget } from '../session.ts';

const columns = [
  ['Revision', 'REVISION'],
  ['Created', 'CREATED'],
  ['Command', 'COMMAND'],
  ['Changes', 'CHANGES'],
] as const;

/** `history`: the revisions of the project that the engine keeps. */
export const history = defineCommand({
  name: 'history',
  usage: '[OPTIONS]',
  summary: 'List the revisions of the project: each successful up is one',
  options: {
    format: {
      type: 'string',
      default: 'table',
      summary: "table, json, or a Go template such as '{{.Revision}}'",
    },
    quiet: { short: 'q', type: 'boolean', summary: 'Print numbers only' },
  },
  args: { max: 0 },
  examples: [
    ['tscompose history', 'lists what rollback can bring back; the last one is what runs'],
    ['tscompose diff 3 5', 'shows what changed between two of them'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    return onTarget(context, async (engine, { name }) => {
      const revisions = await listRevisions(engine, name);
      const now = Date.now();
      const rows = revisions.map((one, index) => row(one, revisions[index - 1], now, options.format));
      const text = options.quiet
        ? rows.map(({ Revision: number }) => `${number}\n`).join('')
        : formatRows(options.format ?? '', rows, {
            columns,
            fields: [...columns.map(([field]) => field), 'Images'],
          });
      context.terminal.stdout.write(text);
      return 0;
    });
  },
});

function row(one: Revision, before: Revision | undefined, now: number, format: string | undefined) {
  const changes =
    before === undefined
      ? `first: ${Object.keys(one.content.project.services).join(', ')}`
      : summarize(compareRevisions(before.content, one.content));
  const age = `${humanDuration((now - Date.parse(one.time)) / 1000)} ago`;
  return {
    Revision: one.number,
    Created: format === 'json' ? one.time : age,
    Command: one.command,
    Changes: changes,
    Images: Object.entries(one.content.images)
      .map(([service, id]) => `${service}=${id.replace(/^sha256:/, '').slice(0, 12)}`)
      .join(','),
  };
}
