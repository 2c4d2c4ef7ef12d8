import { UserError } from '../../diagnostic/errors.ts';
import { defineCommand } from '../command.ts';
import { requestOf } from '../planning/request.ts';

/** `plan`: what a changing command would do, and why. */
export const plan = defineCommand({
  name: 'plan',
  usage: '[OPTIONS] [COMMAND] [SERVICE...]',
  summary: 'Show what a command would do, and why',
  options: {
    format: { type: 'string', default: 'text', choices: ['text', 'json'], summary: 'text or json' },
    output: {
      short: 'o',
      type: 'string',
      complete: 'file',
      summary: 'Write the plan to this file, to be executed with --plan',
    },
  },
  examples: [
    ['tscompose plan', 'shows each step of up; exit code 0: nothing to do, 2: something to do'],
    ['tscompose plan down -v', 'shows what down would remove, and which data would be lost'],
    ['tscompose plan --format json', 'prints the plan as a value for other programs'],
    ['tscompose plan -o change.plan', 'keeps the plan; tscompose up --plan change.plan does exactly that'],
  ],
  graceful: true,
  wraps: true,
  run: async ({ options, inner, global, args, ...rest }) => {
    if (inner === undefined) throw new UserError('usage', 'plan needs a command, or services for up');
    const { command, values } = inner;
    if (options.output !== undefined && command.plans !== 'kept') {
      throw new UserError('usage', `a plan of ${command.name} can't be kept: each time makes another one`, {
        hint: 'leave -o out',
      });
    }
    return await command.start(values, {
      ...{ global, args, ...rest },
      planning: {
        kind: 'show',
        format: options.format === 'json' ? 'json' : 'text',
        output: options.output,
        tellPending: true,
        request: requestOf(command.options, values, global, args),
      },
    });
  },
});
