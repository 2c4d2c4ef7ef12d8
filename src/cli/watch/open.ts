import type { Engine } from '../../engine/engine.ts';
import { runIn } from '../../execute/exec.ts';
import { hookEnvironment } from '../../execute/runners/run-hook.ts';
import { containerEvents, sourceOf } from '../../logs/started.ts';
import type { Project } from '../../model/project.ts';
import { type Rule, rulesFor } from '../../watch/rules.ts';
import { WatchSession } from '../../watch/session.ts';
import { triggersOf } from '../../watch/triggers.ts';
import { projectContainers, serviceOf } from '../containers.ts';
import type { WatchOutput } from './output.ts';
import { rebuild, restart } from './rebuild.ts';

export interface OpenWish {
  readonly engine: Engine;
  readonly project: Project;
  readonly output: WatchOutput;
  readonly noBuild?: boolean;
  readonly prune?: boolean;
  readonly quiet?: boolean;
  readonly scale?: Readonly<Record<string, number>>;
  /** Milliseconds since 1970 when the command began. */
  readonly began: number;
}

/** Follows the files of a project's services. @throws UserError if there is nothing to follow */
export async function openWatch(wish: OpenWish): Promise<WatchSession> {
  const { engine, project, output, noBuild = false, prune = false, quiet = false, scale = {} } = wish;
  const { triggers, warnings } = triggersOf(project, { noBuild });
  for (const warning of warnings) output.problem(warning);
  const { log, problem, debug, sent } = output;
  const doing = { context: output.context, engine, project, log };
  return await WatchSession.start({
    ...{ engine, log, problem, debug, sent, began: wish.began },
    rules: await rulesFor(project, triggers),
    hasBuild: (service) => project.services[service]?.build !== undefined,
    containers: async (service) => {
      const all = await projectContainers(engine, project.name, { all: true, oneOff: false });
      return all
        .filter((one) => serviceOf(one) === service)
        .map(({ id, name, state }) => ({ id, name, running: state === 'running' }));
    },
    events: (signal, lost) => containerEvents(engine, project.name, signal, lost),
    serviceOf: (event) => sourceOf(event, project.name).service,
    rebuild: (services) => rebuild({ ...doing, prune, quiet, scale }, services),
    restart: (services) => restart(doing, services),
    exec: (rule) => exec(wish, rule),
  });
}

/** Runs a rule's command in each running container of its service, or in the first if it says so. */
async function exec({ engine, project, output }: OpenWish, { service, exec: hook }: Rule): Promise<void> {
  const command = hook?.command ?? [];
  if (hook === undefined || command.length === 0) return;
  const all = await projectContainers(engine, project.name, { all: false, oneOff: false });
  const running = all.filter((one) => serviceOf(one) === service && one.state === 'running');
  const where = hook.per_replica === false ? running.slice(0, 1) : running;
  await Promise.all(
    where.map(async ({ id, name }) => {
      const env = hookEnvironment(hook.environment, project.environment);
      const options = {
        ...{ command, env },
        ...(hook.user !== undefined && { user: hook.user }),
        ...(hook.working_dir !== undefined && { workingDir: hook.working_dir }),
        ...(hook.privileged !== undefined && { privileged: hook.privileged }),
      };
      const { exitCode } = await runIn(engine, id, options, output.stream);
      if (exitCode !== 0) output.problem(`${command.join(' ')} in ${name} exited with status ${exitCode}`);
    }),
  );
}
