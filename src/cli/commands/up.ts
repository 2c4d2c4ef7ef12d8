import { UserError } from '../../diagnostic/errors.ts';
import { hasJournal } from '../../execute/record/journal.ts';
import type { Outcome } from '../../pipeline.ts';
import type { UpIntent } from '../../plan/intent.ts';
import type { Plan } from '../../plan/plan.ts';
import { planUp } from '../../plan/up.ts';
import { change, showingOf, stateOf } from '../change.ts';
import { defineCommand } from '../command.ts';
import { isTrue } from '../global.ts';
import { lookOf } from '../logs/options.ts';
import { observeForChanges, withProject } from '../make.ts';
import { materialsFor } from '../materials.ts';
import { runForeground } from '../up/foreground.ts';
import { excluded, makingIntent, makingOptions, upIntent, upOptions } from '../up/options.ts';
import { attachedServices } from '../up/services.ts';
import { watchUnsupported } from '../up/watch.ts';
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
    ['tscompose up --exit-code-from tests', 'runs a test service and ends with its exit code'],
  ],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { global, terminal } = context;
    if (options.watch) throw watchUnsupported();
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
      const { confirmRemoteStack } = await import('../remoteStack.ts');
      await confirmRemoteStack(context, options.yes === true);
      if (from !== undefined && !(from in project.services)) {
        throw new UserError('no-such-service', `no such service: ${from}`);
      }
      const materials = materialsFor(project, engine.facts);
      const target = { name: project.name, project };
      const bring = async (planned: (plan: Plan) => void): Promise<Outcome> => {
        const outcome = await change(context, engine, target, {
          command: 'up',
          observe: observeForChanges(project, context, { starts: intent.start, first: true }),
          yes: options.yes === true,
          ...(options.atomic && { atomic: true }),
          quietPull: options['quiet-pull'] === true,
          quietBuild: options['quiet-build'] === true,
          plan: (observed, round) => {
            const orphans = orphansOf(options, project.environment);
            const plan = planUp(project, observed, { ...intent, ...orphans, ...round }, materials);
            planned(plan);
            return plan;
          },
        });
        const done = outcome.result !== undefined && outcome.exitCode === 0 && intent.start;
        // Where nothing changed, this revision is kept already; unless others brought the group up.
        if (
          done &&
          (outcome.plan.nodes.length > 0 || !hasJournal(stateOf(context, 'up').folder, project.name))
        ) {
          await (await import('../revisions.ts')).keep(context, engine, project, 'up', intent);
        }
        if (options.prune !== 'superseded') return outcome;
        const { pruneSuperseded } = await import('../up/superseded.ts');
        return { ...outcome, exitCode: await pruneSuperseded(context, engine, project.name, outcome) };
      };
      if (detached || !intent.start || showingOf(context) !== undefined) {
        return (await bring(() => undefined)).exitCode;
      }
      return await runForeground(context, engine, target, {
        ...attachedServices(project, args, noDeps, options),
        ...{ services: args, timeout: options.timeout, until, exitFrom: from, bring },
        look: lookOf(context, options),
        menu: options.menu ?? isTrue(terminal.environment['COMPOSE_MENU'] || 'true'),
      });
    });
  },
});
