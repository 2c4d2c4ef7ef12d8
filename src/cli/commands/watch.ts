import type { Project } from '../../model/project.ts';
import { triggersOf } from '../../watch/triggers.ts';
import { showingOf } from '../change.ts';
import { defineCommand } from '../command.ts';
import { withProject } from '../make.ts';
import { bringUp } from '../up/bring.ts';
import { followUntilInterrupt } from '../watch/follow.ts';
import { lockWatch } from '../watch/lock.ts';
import { watchOutput } from '../watch/output.ts';

/** `watch`: brings services up, then follows their sources. */
export const watch = defineCommand({
  name: 'watch',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Follow source files, and rebuild or update services when they change',
  options: {
    'no-up': { type: 'boolean', summary: "Don't build and start services first" },
    prune: {
      type: 'boolean',
      default: true,
      summary: 'Remove images that a rebuild has left without a name',
    },
    quiet: { type: 'boolean', summary: 'No output of builds, unless one fails' },
  },
  examples: [
    ['tscompose watch', 'builds and starts everything, then follows the files'],
    ['tscompose watch --no-up web', 'follows the sources of one service that runs already'],
  ],
  graceful: true,
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const began = Date.now();
    const quiet = options.quiet === true;
    return withProject(context, { services: args }, async (engine, project) => {
      // What can't be followed is told before anything is started.
      const { triggers } = triggersOf(project);
      const shown = showingOf(context);
      const lock = shown === undefined ? await lockWatch(context, engine, project.name) : undefined;
      try {
        if (options['no-up'] !== true) {
          const { exitCode } = await bringUp(context, engine, builtAnew(project), {
            intent: {
              ...{ command: 'up', services: args, start: true },
              ...(context.global.compatibility && { compatibility: true }),
            },
            ...{ quietPull: quiet, quietBuild: quiet },
          });
          if (exitCode !== 0) return exitCode;
        }
        if (shown !== undefined) {
          for (const { service, action, path, target } of triggers) {
            const to = target === undefined ? '' : ` to ${target}`;
            context.terminal.stdout.write(`would watch ${path} for ${service}: ${action}${to}\n`);
          }
          return 0;
        }
        return await followUntilInterrupt(context, {
          ...{ engine, project, output: watchOutput(context), began, quiet },
          prune: options.prune !== false,
        });
      } finally {
        lock?.release();
      }
    });
  },
});

/** Services that are followed and have a build start with an image of now. */
function builtAnew(project: Project): Project {
  const services = Object.entries(project.services).map(([name, service]) => {
    const followed = service.build !== undefined && service.develop !== undefined;
    return [name, followed ? { ...service, pull_policy: 'build' } : service] as const;
  });
  return { ...project, services: Object.fromEntries(services) };
}
