import { observe } from '../../observe/collect.ts';
import type { Observed } from '../../observe/observed.ts';
import { refuse } from '../../pipeline.ts';
import { planRm } from '../../plan/rm.ts';
import { askYesNo } from '../ask.ts';
import { change, showingOf } from '../change.ts';
import { defineCommand } from '../command.ts';
import { onTarget } from '../session.ts';
import { planTarget } from './group.ts';

/** `rm`: removes stopped containers after a question. */
export const rm = defineCommand({
  name: 'rm',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Remove stopped containers of services',
  options: {
    all: {
      short: 'a',
      type: 'boolean',
      hidden: true,
      deprecated: 'containers of run are removed too without it',
      summary: 'Containers of run too',
    },
    force: { short: 'f', type: 'boolean', summary: "Don't ask" },
    stop: { short: 's', type: 'boolean', summary: 'Stop the containers first' },
    volumes: { short: 'v', type: 'boolean', summary: 'Remove their anonymous volumes too' },
  },
  examples: [
    ['tscompose rm -f', 'removes stopped containers without a question'],
    ['tscompose rm -fs web', 'stops a service first'],
  ],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal } = context;
    return onTarget(context, async (engine, target) => {
      const plan = (observed: Observed) =>
        planRm(planTarget(target), observed, {
          ...{ command: 'rm', services: args },
          ...(options.stop && { stop: true }),
          ...(options.volumes && { volumes: true }),
        });
      const wish = { command: 'rm', observe: { images: false }, plan };
      if (showingOf(context) !== undefined) return (await change(context, engine, target, wish)).exitCode;
      const intended = plan(await observe(engine, target.project ?? target, { images: false }));
      refuse(intended);
      const names = intended.nodes.flatMap(({ operation }) =>
        operation.kind === 'remove-container' ? [operation.container.name] : [],
      );
      if (names.length === 0) {
        terminal.stderr.write('No stopped containers\n');
        return 0;
      }
      terminal.stdout.write(`Going to remove ${names.join(', ')}\n`);
      if (!options.force && (await askYesNo(terminal, 'Are you sure?', false)) !== true) return 0;
      return (await change(context, engine, target, wish)).exitCode;
    });
  },
});
