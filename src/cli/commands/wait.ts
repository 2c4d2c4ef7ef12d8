import { UserError } from '../../diagnostic/errors.ts';
import { planDown } from '../../plan/down.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { projectContainers, serviceOf } from '../containers.ts';
import { openTarget, withTarget } from '../session.ts';
import { planTarget } from './group.ts';

/** `wait`: waits until containers have ended. */
export const wait = defineCommand({
  name: 'wait',
  usage: '[OPTIONS] SERVICE [SERVICE...]',
  summary: 'Wait until the containers of services have ended',
  options: {
    'down-project': { type: 'boolean', summary: 'Remove the project when the first container has ended' },
  },
  args: { min: 1 },
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    return withTarget(
      context,
      () => openTarget(context, { allResources: true }),
      async (engine, target) => {
        const all = await projectContainers(engine, target.name, { all: false, oneOff: false });
        const containers = all.filter((c) => args.includes(serviceOf(c)));
        if (containers.length === 0) {
          throw new UserError('no-container', `no containers for project ${JSON.stringify(target.name)}`, {
            hint: 'tscompose ps --all lists those that have ended',
          });
        }
        let last = 0;
        const ends = containers.map(async ({ id }) => {
          const code = await engine.waitContainer(id, 'not-running', context.signal);
          context.terminal.stdout.write(`container "${id}" exited with status code ${code}\n`);
          last = code;
        });
        if (!options['down-project']) {
          await Promise.all(ends);
          return last;
        }
        await Promise.race(ends);
        const code = last;
        const outcome = await change(context, engine, target, {
          command: 'down',
          plan: (observed) =>
            planDown(planTarget(target), observed, { command: 'down', services: [], removeOrphans: true }),
        });
        await Promise.allSettled(ends);
        return outcome.exitCode === 0 ? code : outcome.exitCode;
      },
    );
  },
});
