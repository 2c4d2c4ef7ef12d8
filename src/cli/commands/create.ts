import { planUp } from '../../plan/up.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { observeForChanges, withProject } from '../make.ts';
import { materialsFor } from '../materials.ts';
import { makingIntent, makingOptions } from '../up/options.ts';
import { keepWish } from '../volume/keep.ts';
import { orphansOf, quietPull } from './options.ts';

/** `create`: makes containers and starts none. */
export const create = defineCommand({
  name: 'create',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Create the containers of services',
  options: { ...makingOptions, 'quiet-pull': quietPull },
  examples: [
    ['tscompose create', 'makes all containers, to be started later'],
    ['tscompose create --force-recreate web', 'makes the containers of one service anew'],
  ],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const making = makingIntent(options, context.global);
    return withProject(context, { services: args }, async (engine, project) => {
      const materials = materialsFor(project, engine.facts);
      const outcome = await change(
        context,
        engine,
        { name: project.name, project },
        {
          command: 'create',
          observe: observeForChanges(project, context, { starts: false, first: true }),
          yes: options.yes === true,
          quietPull: options['quiet-pull'] === true,
          plan: (observed, round) =>
            planUp(
              project,
              observed,
              {
                command: 'create',
                start: false,
                services: args,
                ...making,
                ...keepWish(options, project.environment),
                ...orphansOf(options, project.environment),
                ...round,
              },
              materials,
            ),
        },
      );
      return outcome.exitCode;
    });
  },
});
