import { planUp } from '../../plan/up.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { observeForChanges, withProject } from '../make.ts';
import { materialsFor } from '../materials.ts';
import { scaleOf } from '../up/options.ts';

/** `scale`: changes how many containers services have. */
export const scale = defineCommand({
  name: 'scale',
  usage: '[OPTIONS] SERVICE=NUMBER...',
  summary: 'Change the number of containers of services',
  options: {
    'no-deps': { type: 'boolean', summary: "Don't start services that the named ones depend on" },
  },
  args: { min: 1 },
  graceful: true,
  plans: 'kept',
  examples: [['tscompose scale web=3', 'runs three containers of web']],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const numbers = Object.fromEntries(args.map(scaleOf));
    const services = Object.keys(numbers);
    const noDeps = options['no-deps'] === true;
    return withProject(context, { services, noDeps }, async (engine, project) => {
      const materials = materialsFor(project, engine.facts);
      const outcome = await change(
        context,
        engine,
        { name: project.name, project },
        {
          command: 'scale',
          observe: observeForChanges(project, context),
          plan: (observed, round) => {
            const base = { command: 'scale', start: true, services, scale: numbers, noDeps } as const;
            const compatibility = context.global.compatibility === true;
            return planUp(project, observed, { ...base, compatibility, ...round }, materials);
          },
        },
      );
      return outcome.exitCode;
    });
  },
});
