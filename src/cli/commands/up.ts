import { UserError } from '../../diagnostic/errors.ts';
import type { Outcome } from '../../pipeline.ts';
import type { UpIntent } from '../../plan/intent.ts';
import type { Plan } from '../../plan/plan.ts';
import { type Change, showingOf } from '../change.ts';
import { defineCommand } from '../command.ts';
import { isTrue } from '../global.ts';
import { lookOf } from '../logs/options.ts';
import { withProject } from '../make.ts';
import { bringUp } from '../up/bring.ts';
import { runForeground } from '../up/foreground.ts';
import { excluded, makingIntent, makingOptions, upIntent, upOptions } from '../up/options.ts';
import { attachedServices, nothingSelected } from '../up/services.ts';
import { keepWish } from '../volume/keep.ts';
import { orphansOf, prune, quietBuild, quietPull, wait, waitOf, waitTimeout } from './options.ts';

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
    attach: { type: 'strings', complete: 'service', summary: 'Show the logs of these services only' },
    'attach-dependencies': { type: 'boolean', summary: 'Show the logs of dependencies too' },
    detach: { short: 'd', type: 'boolean', summary: 'Run in the background' },
    'exit-code-from': {
      type: 'string',
      complete: 'service',
      summary: "End with this service's exit code; stops all when one container ends",
    },
    menu: {
      type: 'boolean',
      summary: 'Keys to view, watch and detach while attached; --menu=false or COMPOSE_MENU=false: none',
    },
    'no-attach': { type: 'strings', complete: 'service', summary: "Don't show the logs of these services" },
    'no-color': { type: 'boolean', summary: 'No colours in logs' },
    'no-log-prefix': { type: 'boolean', summary: "Don't print the container's name before each line" },
    'quiet-build': quietBuild,
    prune,
    'quiet-pull': quietPull,
    timeline: { type: 'boolean', summary: 'Print the critical path: what took how long, step by step' },
    timestamps: { type: 'boolean', summary: 'Print when each line was written' },
    wait,
    'wait-timeout': waitTimeout,
    watch: {
      short: 'w',
      type: 'boolean',
      summary: 'Follow source files while attached, as the command watch does',
    },
  },
  examples: [
    ['tscompose up -d', 'starts everything in the background'],
    ['tscompose up -d --atomic', 'brings a new version up, or goes back to the one that ran'],
    ['tscompose up --wait', 'returns when everything is healthy'],
    ['tscompose up -d --timeline', 'says afterwards what it spent its time on'],
    ['tscompose up --exit-code-from tests', 'runs a test service and ends with its exit code'],
  ],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { global, terminal } = context;
    const began = Date.now();
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
    if (detached && options.watch) throw excluded(options.wait ? '--wait' : '--detach', '--watch');
    if (options['no-build'] && options.watch) throw excluded('--no-build', '--watch');
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
      if (!global['all-resources'] && Object.keys(project.services).length === 0) {
        throw nothingSelected(project);
      }
      const { confirmRemoteStack } = await import('../remoteStack.ts');
      await confirmRemoteStack(context, options.yes === true);
      if (from !== undefined && !(from in project.services)) {
        throw new UserError('no-such-service', `no such service: ${from}`);
      }
      // What can't be followed is told before anything is started.
      if (options.watch) (await import('../../watch/triggers.ts')).triggersOf(project);
      const target = { name: project.name, project };
      const bring = (
        planned: (plan: Plan) => void,
        telling: Pick<Change, 'hookOutput' | 'beforeStart'> = {},
      ): Promise<Outcome> =>
        bringUp(context, engine, project, {
          intent: { ...intent, ...keepWish(options, project.environment) },
          orphans: orphansOf(options, project.environment),
          yes: options.yes === true,
          ...(options.atomic && { atomic: true }),
          timeline: options.timeline === true,
          ...{ quietPull: options['quiet-pull'] === true, quietBuild: options['quiet-build'] === true },
          ...{ pruneSuperseded: options.prune === 'superseded', planned },
          ...telling,
        });
      if (detached || !intent.start || showingOf(context) !== undefined) {
        return (await bring(() => undefined)).exitCode;
      }
      return await runForeground(context, engine, target, {
        ...attachedServices(project, args, noDeps, options),
        ...{ services: args, timeout: options.timeout, until, exitFrom: from, bring },
        look: lookOf(context, options),
        menu: options.menu ?? isTrue(terminal.environment['COMPOSE_MENU'] || 'true'),
        watch: {
          ...{ project, began, scale: intent.scale ?? {}, atOnce: options.watch === true },
          ...{ noBuild: options['no-build'] === true, quiet: options['quiet-build'] === true },
        },
      });
    });
  },
});
