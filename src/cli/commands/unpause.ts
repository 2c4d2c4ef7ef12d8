import { planPause } from '../../plan/pause.ts';
import { defineCommand } from '../command.ts';
import { changeGroup } from './group.ts';

/** `unpause`. */
export const unpause = defineCommand({
  name: 'unpause',
  usage: '[SERVICE...]',
  summary: 'Let paused services go on',
  options: {},
  examples: [['tscompose unpause', 'lets all paused services go on']],
  graceful: true,
  plans: 'kept',
  run: ({ args, ...context }) =>
    changeGroup({ args, ...context }, 'unpause', (target, observed) =>
      planPause(target, observed, { command: 'unpause', services: args }),
    ),
});
