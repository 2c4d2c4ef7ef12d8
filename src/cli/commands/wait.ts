import { UserError } from '../../diagnostic/errors.ts';
import { planDown } from '../../plan/down.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { projectContainers, serviceOf } from '../containers.ts';
import { onTarget } from '../session.ts';
import { planTarget } from './group.ts';

/** `wait`: waits until containers have ended. */
export const wait = defineCommand({
  name: 'wait',
  usage: '[OPTIONS] SERVICE [SERVICE...]',
  summary: 'Wait until the containers of services have ended, and return the greatest exit code',
  options: {
    any: { type: 'boolean', summary: 'Return when the first container has ended, with its exit code' },
    'down-project': { type: 'boolean', summary: 'Remove the project when the first container has ended' },
  },
  args: { min: 1 },
  examples: [
    ['tscompose wait job', 'returns when a service has ended, with its exit code'],
    ['tscompose wait --any web worker', 'returns when the first of them has ended'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    return onTarget(context, async (engine, target) => {
      const all = await projectContainers(engine, target.name, { all: false, oneOff: false });
      const containers = all.filter((c) => args.includes(serviceOf(c)));
      if (containers.length === 0) {
        throw new UserError('no-container', `no containers for project ${JSON.stringify(target.name)}`, {
          hint: 'tscompose ps --all lists those that have ended',
        });
      }
      const ends = containers.map(async ({ id }) => {
        const code = await engine.waitContainer(id, 'not-running', context.signal);
        context.terminal.stdout.write(`container "${id}" exited with status code ${code}\n`);
        return code;
      });
      if (!options['down-project'] && !options.any) return Math.max(...(await Promise.all(ends)));
      const code = await Promise.race(ends);
      if (!options['down-project']) return code;
      const outcome = await change(context, engine, target, {
        command: 'down',
        plan: (observed) =>
          planDown(planTarget(target), observed, { command: 'down', services: [], removeOrphans: true }),
      });
      await Promise.allSettled(ends);
      return outcome.exitCode === 0 ? code : outcome.exitCode;
    });
  },
});
