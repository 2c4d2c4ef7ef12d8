import type { Engine } from '../../engine/engine.ts';
import type { Project } from '../../model/project.ts';
import { planBuild } from '../../plan/build.ts';
import { buildOptions, checkBuilder, memoryOf, withOptions } from '../build/options.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { withProject } from '../make.ts';
import { openLoaded } from '../session.ts';

/** `build`: builds the images of services. */
export const build = defineCommand({
  name: 'build',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Build the images of services',
  options: buildOptions,
  graceful: true,
  plans: 'kept',
  examples: [
    ['tscompose build', 'builds the images of all services, side by side'],
    ['tscompose build --no-cache web', 'builds one image from scratch'],
    ['tscompose build --print | docker buildx bake -f -', 'lets another builder do the work'],
  ],
  run: async ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { environment } = context.terminal;
    checkBuilder(options.builder ?? environment['BUILDX_BUILDER'], environment['DOCKER_CONTEXT']);
    const memory = memoryOf(options.memory);
    // Contexts may be services that are not named, or whose profile is not active.
    const request = { allResources: true };
    if (options.print) {
      const { project } = await openLoaded(context, request);
      const { printBake } = await import('../build/print.ts');
      printBake(context, withOptions(project, options, environment), options);
      return 0;
    }
    const amended = (project: Project) => withOptions(project, options, environment);
    const use = async (engine: Engine, project: Project): Promise<number> => {
      if (options.check) {
        const { checkBuilds } = await import('../build/check.ts');
        return await checkBuilds(context, engine, project, options);
      }
      const outcome = await change(
        context,
        engine,
        { name: project.name, project },
        {
          command: 'build',
          quiet: options.quiet === true,
          // What is there already changes nothing.
          observe: { images: false },
          plan: (observed) =>
            planBuild(project, observed, {
              ...{ command: 'build', services: args },
              ...(options['no-cache'] && { noCache: true }),
              ...(options.pull && { pull: true }),
              ...(options.push && { push: true }),
              ...(options['with-dependencies'] && { withDependencies: true }),
              ...(memory !== undefined && { memory }),
              ...(context.global.compatibility && { compatibility: true }),
            }),
        },
      );
      if (outcome.result !== undefined && outcome.plan.nodes.length === 0 && args.length === 0) {
        context.terminal.stderr.write('warning: No services to build\n');
      }
      return outcome.exitCode;
    };
    return await withProject(context, request, use, amended);
  },
});
