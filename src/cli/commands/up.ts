import { exitCode, UserError } from '../../diagnostic/errors.ts';
import { withDependencies } from '../../model/graph.ts';
import type { Project } from '../../model/project.ts';
import type { UpIntent } from '../../plan/intent.ts';
import { planStop } from '../../plan/stop.ts';
import { planUp } from '../../plan/up.ts';
import { change } from '../change.ts';
import { defineCommand } from '../command.ts';
import { LogPrinter } from '../logs/printer.ts';
import { observeForChanges, withProject } from '../make.ts';
import { materialsFor } from '../materials.ts';
import { wantsColor } from '../problems.ts';
import { type AttachWish, attachLogs, type Ended } from '../up/attach.ts';
import { excluded, makingIntent, makingOptions, upIntent, upOptions } from '../up/options.ts';
import { quietBuild, quietPull, wait, waitOf, waitTimeout } from './options.ts';

/** `up`: makes the engine hold what the files say, and shows the logs unless detached. */
export const up = defineCommand({
  name: 'up',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Create and start services',
  options: {
    ...makingOptions,
    ...upOptions,
    'abort-on-container-exit': { type: 'boolean', summary: 'Stop all when one container ends' },
    'abort-on-container-failure': { type: 'boolean', summary: 'Stop all when one container fails' },
    atomic: {
      type: 'boolean',
      summary: 'Wait until all is well; if it fails, go back to what ran before (exit code 4)',
    },
    attach: { type: 'strings', summary: 'Show the logs of these services only' },
    'attach-dependencies': { type: 'boolean', summary: 'Show the logs of dependencies too' },
    detach: { short: 'd', type: 'boolean', summary: 'Run in the background' },
    'exit-code-from': {
      type: 'string',
      summary: "End with this service's exit code; stops all when one container ends",
    },
    'no-attach': { type: 'strings', summary: "Don't show the logs of these services" },
    'no-color': { type: 'boolean', summary: 'No colours in logs' },
    'no-log-prefix': { type: 'boolean', summary: "Don't print the container's name before each line" },
    'quiet-build': quietBuild,
    'quiet-pull': quietPull,
    timestamps: { type: 'boolean', summary: 'Print when each line was written' },
    wait,
    'wait-timeout': waitTimeout,
  },
  examples: [
    ['tscompose up -d', 'starts everything in the background'],
    ['tscompose up -d --atomic', 'brings a new version up, or goes back to the one that ran'],
    ['tscompose up --wait', 'returns when everything is healthy'],
    ['tscompose up --exit-code-from tests', 'runs a test service and ends with its exit code'],
  ],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { global, terminal, kill } = context;
    const from = options['exit-code-from'];
    const until =
      options['abort-on-container-exit'] || from
        ? 'exit'
        : options['abort-on-container-failure']
          ? 'failure'
          : undefined;
    const detached = options.detach === true || options.wait === true;
    if (detached && until !== undefined) {
      throw excluded(
        options.wait ? '--wait' : '--detach',
        until === 'exit' ? '--abort-on-container-exit' : '--abort-on-container-failure',
      );
    }
    if (options.detach && (options.attach.length > 0 || options['attach-dependencies'])) {
      throw excluded('--detach', '--attach');
    }
    if (options.atomic && options['no-start']) throw excluded('--atomic', '--no-start');
    const noDeps = options['no-deps'] === true;
    const intent: UpIntent = {
      ...{ command: 'up', services: args, start: options['no-start'] !== true },
      ...makingIntent(options, global),
      ...upIntent(options),
      ...waitOf(options),
      ...(options.atomic && { atomic: true, wait: true }),
    };
    return withProject(context, { services: args, noDeps }, async (engine, project) => {
      if (from !== undefined && !(from in project.services)) {
        throw new UserError('no-such-service', `no such service: ${from}`);
      }
      const materials = materialsFor(project, engine.facts);
      const target = { name: project.name, project };
      const outcome = await change(context, engine, target, {
        command: 'up',
        observe: observeForChanges(project, context),
        yes: options.yes === true,
        ...(options.atomic && { atomic: true }),
        quietPull: options['quiet-pull'] === true,
        quietBuild: options['quiet-build'] === true,
        plan: (observed, round) => planUp(project, observed, { ...intent, ...round }, materials),
      });
      const wentBack = outcome.exitCode === exitCode.rolledBack;
      if (outcome.exitCode !== 0 && context.signal.aborted && !detached && !wentBack) {
        tellStop('Gracefully Stopping... press Ctrl+C again to force');
        await stopAll();
        return exitCode.interrupted;
      }
      if (outcome.result === undefined || outcome.exitCode !== 0) return outcome.exitCode;
      if (detached || !intent.start) return 0;
      const color =
        options['no-color'] !== true &&
        wantsColor(global.ansi ?? 'auto', terminal.stdout.isTTY === true, terminal.environment);
      const printer = new LogPrinter({
        ...{ color, prefix: options['no-log-prefix'] !== true },
        write: (stream, text) => terminal[stream].write(text),
      });
      const { ends, interrupted } = await attachLogs(engine, terminal, printer, outcome, {
        ...services(project, args, noDeps, options),
        ...{ project: project.name, timestamps: options.timestamps === true, signal: context.signal },
        ...(until !== undefined && { until }),
      });
      if (!interrupted && until === undefined) return 0;
      if (!interrupted && !needsStop(ends, until)) return 0;
      tellStop(
        interrupted ? 'Gracefully Stopping... press Ctrl+C again to force' : 'Aborting on container exit...',
      );
      const codes = await stopAll();
      if (interrupted) return exitCode.interrupted;
      if (from === undefined)
        return (until === 'failure' ? ends.find((e) => e.exitCode !== 0) : ends[0])?.exitCode ?? 0;
      return ends.find((e) => e.service === from)?.exitCode ?? codes.get(from) ?? 0;

      function tellStop(why: string): void {
        if (global.progress !== 'quiet') terminal.stderr.write(` Compose Stopping ${why}\n`);
      }

      /** Stops what this command watched; exit codes by service. */
      async function stopAll(): Promise<ReadonlyMap<string, number>> {
        const idle = new AbortController().signal;
        await change({ ...context, signal: idle, kill }, engine, target, {
          command: 'stop',
          observe: { images: false },
          plan: (observed) =>
            planStop(target, observed, {
              ...{ command: 'stop', services: args },
              ...(options.timeout !== undefined && { timeout: options.timeout }),
            }),
        });
        const { projectContainers, serviceOf } = await import('../containers.ts');
        const all = await projectContainers(engine, project.name, { all: true, oneOff: false });
        return new Map(
          all.flatMap((c) => (c.exitCode === undefined ? [] : [[serviceOf(c), c.exitCode] as const])),
        );
      }
    });
  },
});

function needsStop(ends: readonly Ended[], until: AttachWish['until']): boolean {
  return until === 'exit' ? ends.length > 0 : ends.some((e) => e.exitCode !== 0);
}

/** Which services are watched, and which of them are shown. */
function services(
  project: Project,
  named: readonly string[],
  noDeps: boolean,
  options: {
    readonly attach: readonly string[];
    readonly 'attach-dependencies': boolean | undefined;
    readonly 'no-attach': readonly string[];
  },
): Pick<AttachWish, 'shown' | 'watched'> {
  const wanted = named.length === 0 ? Object.keys(project.services) : named;
  const started = noDeps ? new Set(wanted) : withDependencies(project.services, wanted);
  const shown = (service: string): boolean => {
    if (options['no-attach'].includes(service)) return false;
    if (options.attach.length > 0) return options.attach.includes(service);
    if (project.services[service]?.attach === false) return false;
    return options['attach-dependencies'] === true || wanted.includes(service);
  };
  return {
    shown,
    watched: (service) => started.has(service) && (wanted.includes(service) || shown(service)),
  };
}
