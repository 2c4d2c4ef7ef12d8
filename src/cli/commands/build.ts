import type { Project } from '../../model/project.ts';
import type { Service } from '../../model/service.ts';
import { planBuild } from '../../plan/build.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { withProject } from '../make.ts';

/** `build`: builds the images of services. */
export const build = defineCommand({
  name: 'build',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Build the images of services',
  options: {
    'build-arg': { type: 'strings', summary: 'Set a build argument: NAME=VALUE, or NAME for its value here' },
    'no-cache': { type: 'boolean', summary: 'Build every step anew' },
    pull: { type: 'boolean', summary: 'Look for newer versions of the images that builds start from' },
    quiet: { short: 'q', type: 'boolean', summary: 'No output of the builds' },
    'with-dependencies': { type: 'boolean', summary: 'Images of dependencies too' },
  },
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    return withProject(context, { services: args }, async (engine, loaded) => {
      const project = withArguments(loaded, options['build-arg'], context.terminal.environment);
      const outcome = await change(
        context,
        engine,
        { name: project.name, project },
        {
          command: 'build',
          quiet: options.quiet === true,
          plan: (observed) =>
            planBuild(project, observed, {
              ...{ command: 'build', services: args },
              ...(options['no-cache'] && { noCache: true }),
              ...(options.pull && { pull: true }),
              ...(options['with-dependencies'] && { withDependencies: true }),
            }),
        },
      );
      if (outcome.result !== undefined && outcome.plan.nodes.length === 0 && args.length === 0) {
        context.terminal.stderr.write('warning: No services to build\n');
      }
      return outcome.exitCode;
    });
  },
});

function withArguments(
  project: Project,
  given: readonly string[],
  environment: Readonly<Record<string, string>>,
): Project {
  if (given.length === 0) return project;
  const args = Object.fromEntries(
    given.map((text): [string, string | null] => {
      const at = text.indexOf('=');
      return at < 0 ? [text, environment[text] ?? null] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
  const services = Object.entries(project.services).map(([name, service]): [string, Service] => [
    name,
    service.build === undefined
      ? service
      : { ...service, build: { ...service.build, args: { ...service.build.args, ...args } } },
  ]);
  return { ...project, services: Object.fromEntries(services) };
}
