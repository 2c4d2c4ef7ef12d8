import { goJson } from '../../output/json.ts';
import { compareRevisions, type Difference } from '../../revisions/compare.ts';
import { listRevisions } from '../../revisions/store.ts';
import { defineCommand } from '../command.ts';
import { pick } from '../revisions.ts';
import { onTarget } from '../session.ts';

/** `diff`: what differs between two revisions. */
export const diff = defineCommand({
  name: 'diff',
  usage: '[OPTIONS] [REVISION [REVISION]]',
  summary: 'Show what differs between two revisions of the project',
  options: {
    format: { type: 'string', default: 'text', choices: ['text', 'json'], summary: 'text or json' },
  },
  args: { max: 2 },
  examples: [
    ['tscompose diff', 'shows what the last up changed'],
    ['tscompose diff 3', 'shows what changed from revision 3 until now'],
    ['tscompose diff 3 5', 'shows what changed from revision 3 to 5'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    return onTarget(context, async (engine, { name }) => {
      const revisions = await listRevisions(engine, name);
      const [from, to = '0'] = args;
      const differences = compareRevisions(
        pick(revisions, from, name).content,
        pick(revisions, to, name).content,
      );
      const text = options.format === 'json' ? `${goJson(differences)}\n` : differences.map(lineOf).join('');
      context.terminal.stdout.write(text);
      return 0;
    });
  },
});

function lineOf({ path, before, after }: Difference): string {
  if (before === undefined) return `+ ${path}: ${after}\n`;
  if (after === undefined) return `- ${path}: ${before}\n`;
  return `~ ${path}: ${before} -> ${after}\n`;
}
