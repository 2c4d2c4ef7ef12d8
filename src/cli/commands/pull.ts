import { planPull } from '../../plan/pull.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { withProject } from '../make.ts';
import { tellMissed } from '../transfers.ts';

/** `pull`: brings the images of services. */
export const pull = defineCommand({
  name: 'pull',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Pull the images of services',
  options: {
    'ignore-buildable': { type: 'boolean', summary: 'Leave out images that are built' },
    'ignore-pull-failures': {
      type: 'boolean',
      summary: 'End with 0 even if some images could not be pulled',
    },
    'include-deps': { type: 'boolean', summary: 'Images of dependencies too' },
    policy: { type: 'string', choices: ['always', 'missing'], summary: 'always, or only what is missing' },
    'no-parallel': { type: 'boolean', hidden: true, summary: 'Obsolete: see --parallel of all commands' },
    quiet: { short: 'q', type: 'boolean', summary: 'No progress' },
  },
  examples: [
    ['tscompose pull', 'brings all images'],
    ['tscompose pull --policy missing', 'brings only those that the engine does not have'],
  ],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    if (options['no-parallel']) {
      context.terminal.stderr.write('warning: --no-parallel has no effect any more; use --parallel 1\n');
    }
    return withProject(context, { services: args }, async (engine, project) => {
      const outcome = await change(
        context,
        engine,
        { name: project.name, project },
        {
          command: 'pull',
          quiet: options.quiet === true,
          plan: (observed) =>
            planPull(project, observed, {
              ...{ command: 'pull', services: args },
              ...(options['ignore-buildable'] && { ignoreBuildable: true }),
              ...(options['include-deps'] && { includeDeps: true }),
              ...(options['ignore-pull-failures'] && { ignoreFailures: true }),
              ...(options.policy !== undefined && options.policy !== '' && { policy: options.policy }),
            }),
        },
      );
      tellMissed(context, outcome, 'pulled', project);
      return outcome.exitCode;
    });
  },
});
