import { planDown } from '../../plan/down.ts';
import type { DownIntent } from '../../plan/intent.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { onTarget } from '../session.ts';
import { keepOptions, keepWish } from '../volume/keep.ts';
import { protectedBefore } from '../volume/run.ts';
import { planTarget } from './group.ts';
import { forceForeign, orphansOf, removeOrphans, timeout, timeoutOf } from './options.ts';

/** `down`: removes containers and networks; volumes and images only when asked. */
export const down = defineCommand({
  name: 'down',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Stop and remove containers and networks',
  options: {
    'force-foreign': forceForeign,
    ...keepOptions,
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
      summary: "Remove the project's volumes too; a snapshot of their data is kept for a while",
    },
    yes: { short: 'y', type: 'boolean', summary: 'Answer every question with yes' },
  },
  examples: [
    ['tscompose down', 'removes containers and networks, and keeps all data'],
    ['tscompose down --volumes', 'removes volumes too; `tscompose volume undo` brings them back'],
    ['tscompose down -v --no-snapshot', 'gives the data in volumes up for good'],
    ['tscompose -p shop down', 'does it without a compose file'],
  ],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal } = context;
    return onTarget(context, async (engine, target) => {
      const { name, project } = target;
      const environment = project?.environment ?? terminal.environment;
      const volumes = options.volumes === true;
      const intent: DownIntent = {
        ...{ command: 'down', services: args, ...timeoutOf(options) },
        ...(volumes && { volumes, ...keepWish(options, environment) }),
        ...(volumes && project === undefined && { protectedVolumes: await protectedBefore(engine, target) }),
        ...orphansOf(options, environment),
        ...(options.rmi !== undefined && { rmi: options.rmi === 'all' ? 'all' : 'local' }),
      };
      const outcome = await change(context, engine, target, {
        command: 'down',
        observe: { images: options.rmi !== undefined, snapshots: volumes },
        ...(volumes && { atomic: true, sizes: terminal.stdin.isTTY === true && options.yes !== true }),
        yes: options.yes === true,
        plan: (observed, { answers }) => planDown(planTarget(target), observed, { ...intent, answers }),
      });
      if (outcome.result === undefined || outcome.exitCode !== 0) return outcome.exitCode;
      if (outcome.plan.nodes.length === 0) {
        terminal.stderr.write(`warning: No resource found to remove for project "${name}".\n`);
      }
      if (!volumes) return 0;
      await (await import('../volume/expired.ts')).dropExpired(engine);
      if (args.length === 0) await (await import('../../revisions/store.ts')).forgetRevisions(engine, name);
      return 0;
    });
  },
});
