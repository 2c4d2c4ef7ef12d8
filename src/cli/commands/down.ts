import { planDown } from '../../plan/down.ts';
import { defineCommand } from '../command.ts';
import { changeGroup } from './group.ts';
import { forceForeign, orphansOf, removeOrphans, timeout, timeoutOf } from './options.ts';

/** `down`: removes containers and networks; volumes and images only when asked. */
export const down = defineCommand({
  name: 'down',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Stop and remove containers and networks',
  options: {
    'force-foreign': forceForeign,
    'remove-orphans': removeOrphans,
    rmi: {
      type: 'string',
      choices: ['local', 'all'],
      summary: 'Remove images too: local (built here) or all',
    },
    timeout,
    volumes: {
      short: 'v',
      type: 'boolean',
      aliases: ['volume'],
      summary: "Remove the project's volumes and their data",
    },
  },
  examples: [
    ['tscompose down', 'removes containers and networks, and keeps all data'],
    ['tscompose down --volumes', 'removes the data in volumes too'],
    ['tscompose -p shop down', 'does it without a compose file'],
  ],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...context }) =>
    changeGroup(
      { args, ...context },
      'down',
      (target, observed) =>
        planDown(target, observed, {
          ...{ command: 'down', services: args, ...timeoutOf(options) },
          ...(options.volumes && { volumes: true }),
          ...orphansOf(options, target.project?.environment ?? context.terminal.environment),
          ...(options.rmi !== undefined && { rmi: options.rmi === 'all' ? 'all' : 'local' }),
        }),
      ({ name }) => `warning: No resource found to remove for project "${name}".`,
      options.rmi !== undefined,
      async (engine, { name }) => {
        if (!options.volumes || args.length > 0) return;
        await (await import('../../revisions/store.ts')).forgetRevisions(engine, name);
      },
    ),
});
