import { planStart } from '../../plan/start.ts';
import { defineCommand } from '../command.ts';
import { changeGroup } from './group.ts';
import { wait, waitOf, waitTimeout } from './options.ts';

/** `start`: starts containers that exist. */
export const start = defineCommand({
  name: 'start',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Start services whose containers exist',
  options: { wait, 'wait-timeout': waitTimeout },
  examples: [['tscompose start --wait', 'starts all services and returns when they are healthy']],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...context }) =>
    changeGroup({ args, ...context }, 'start', (target, observed) =>
      planStart(target, observed, { command: 'start', services: args, ...waitOf(options) }),
    ),
});
