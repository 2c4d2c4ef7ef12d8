import { planRestart } from '../../plan/restart.ts';
import { defineCommand } from '../command.ts';
import { changeGroup } from './group.ts';
import { timeout, timeoutOf } from './options.ts';

/** `restart`: stops and starts containers, and those that want to be restarted with them. */
export const restart = defineCommand({
  name: 'restart',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Restart services',
  options: {
    'no-deps': { type: 'boolean', summary: 'Leave services alone that depend on the named ones' },
    timeout,
  },
  examples: [
    ['tscompose restart web', 'stops and starts one service, and those that want to be restarted with it'],
  ],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...context }) =>
    changeGroup({ args, ...context }, 'restart', (target, observed) =>
      planRestart(target, observed, {
        ...{ command: 'restart', services: args, ...timeoutOf(options) },
        ...(options['no-deps'] && { noDeps: true }),
      }),
    ),
});
