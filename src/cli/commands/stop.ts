import { planStop } from '../../plan/stop.ts';
import { defineCommand } from '../command.ts';
import { changeGroup } from './group.ts';
import { timeout, timeoutOf } from './options.ts';

/** `stop`: stops containers, those that need others first. */
export const stop = defineCommand({
  name: 'stop',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Stop services',
  options: { timeout },
  examples: [['tscompose stop -t 30 db', 'gives a service 30 seconds to end']],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...context }) =>
    changeGroup({ args, ...context }, 'stop', (target, observed) =>
      planStop(target, observed, { command: 'stop', services: args, ...timeoutOf(options) }),
    ),
});
