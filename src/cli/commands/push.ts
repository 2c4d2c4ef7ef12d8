import { planPush } from '../../plan/push.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { withProject } from '../make.ts';
import { tellMissed } from '../transfers.ts';

/** `push`: brings the images of services that are built to their registries. */
export const push = defineCommand({
  name: 'push',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Push the images of services',
  options: {
    'ignore-push-failures': {
      type: 'boolean',
      summary: 'End with 0 even if some images could not be pushed',
    },
    'include-deps': { type: 'boolean', summary: 'Images of dependencies too' },
    quiet: { short: 'q', type: 'boolean', summary: 'No progress' },
  },
  graceful: true,
  plans: 'kept',
  examples: [['tscompose build && tscompose push', 'builds all images and publishes them']],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    return withProject(context, { services: args }, async (engine, project) => {
      const outcome = await change(
        context,
        engine,
        { name: project.name, project },
        {
          command: 'push',
          quiet: options.quiet === true,
          plan: (observed) =>
            planPush(project, observed, {
              ...{ command: 'push', services: args },
              ...(options['include-deps'] && { includeDeps: true }),
              ...(options['ignore-push-failures'] && { ignoreFailures: true }),
            }),
        },
      );
      tellMissed(context, outcome, 'pushed');
      return outcome.exitCode;
    });
  },
});
