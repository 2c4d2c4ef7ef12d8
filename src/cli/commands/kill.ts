import { planKill } from '../../plan/kill.ts';
import { defineCommand } from '../command.ts';
import { changeGroup } from './group.ts';
import { orphansOf, removeOrphans } from './options.ts';

/** `kill`: sends a signal to the containers of services. */
export const kill = defineCommand({
  name: 'kill',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Send a signal to services, SIGKILL by default',
  options: {
    'remove-orphans': removeOrphans,
    signal: { short: 's', type: 'string', default: 'SIGKILL', summary: 'Signal to send' },
  },
  examples: [['tscompose kill -s HUP web', 'lets a service read its configuration again']],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...context }) =>
    changeGroup(
      { args, ...context },
      'kill',
      (target, observed) =>
        planKill(target, observed, {
          ...{ command: 'kill', services: args, signal: options.signal ?? 'SIGKILL' },
          ...(orphansOf(options, target.project?.environment ?? context.terminal.environment)
            .removeOrphans && {
            removeOrphans: true,
          }),
        }),
      () => 'No container to kill',
    ),
});
