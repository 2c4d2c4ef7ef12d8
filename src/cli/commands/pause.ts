import { planPause } from '../../plan/pause.ts';
import { defineCommand } from '../command.ts';
import { changeGroup } from './group.ts';

/** `pause`. */
export const pause = defineCommand({
  name: 'pause',
  usage: '[SERVICE...]',
  summary: 'Pause services: their processes are frozen',
  options: {},
  examples: [['tscompose pause worker', 'freezes a service, until unpause']],
  graceful: true,
  plans: 'kept',
  run: ({ args, ...context }) =>
    changeGroup({ args, ...context }, 'pause', (target, observed) =>
      planPause(target, observed, { command: 'pause', services: args }),
    ),
});
