import { exitCode, UserError } from '../../diagnostic/errors.ts';
import type { Project } from '../../model/project.ts';
import { refuse } from '../../pipeline.ts';
import { showingOf } from '../change.ts';
import { defineCommand } from '../command.ts';
import { abort, finish, resumeMove } from '../migrate/again.ts';
import { withEngines } from '../migrate/engines.ts';
import { withForecast } from '../migrate/forecast.ts';
import { beginRecord, runMove } from '../migrate/move.ts';
import { forwardSeconds, type MigrateValues, migrateOptions, wishOf } from '../migrate/options.ts';
import { planMove } from '../migrate/plan.ts';
import { listRecords } from '../migrate/record.ts';
import { showMoves } from '../migrate/show.ts';
import { type Context, openLoaded } from '../session.ts';
import { stateOf } from '../state.ts';

/** `migrate`: moves the running group to another engine, data included; the source stays, stopped. */
export const migrate = defineCommand({
  name: 'migrate',
  usage: '--to ENGINE [OPTIONS] [SERVICE...] | ls | status ID | --resume ID | --abort ID | --finish ID',
  summary: 'Move a running group to another engine, with its data',
  options: migrateOptions,
  examples: [
    [
      'tscompose migrate --to ssh://root@second',
      'copies while the group serves, stops it briefly, and starts it there',
    ],
    ['tscompose migrate --to second --plan', 'shows each step, sizes, times, and all that stands in the way'],
    ['tscompose migrate ls', 'lists moves; each can be resumed, taken back or finished by its id'],
    ['tscompose migrate --finish 3f9c2a1b7e', 'removes what the move has left on the source'],
  ],
  graceful: true,
  plans: 'shown',
  run: ({ options, args, ...rest }) => {
    const context = inFormat({ args, ...rest }, options);
    const { folder } = stateOf(context, 'migrate');
    const { to, resume, abort: aborted, finish: finished } = options;
    if (resume !== undefined) return resumeMove(context, folder, resume, forwardSeconds(options));
    if (aborted !== undefined) return abort(context, folder, aborted, options['discard-target'] === true);
    if (finished !== undefined) return finish(context, folder, finished);
    if (to !== undefined && to !== '') return begin(context, options, to);
    const [word, id, ...more] = args;
    if (word === 'ls' && id === undefined)
      return Promise.resolve(showMoves(context, folder, undefined, options.format));
    if (word === 'status' && id !== undefined && more.length === 0) {
      return Promise.resolve(showMoves(context, folder, id, options.format));
    }
    throw new UserError('usage', 'migrate needs --to: the engine to move to', {
      hint: '--to CONTEXT, or --to unix:///…, tcp://host:port, ssh://user@host',
    });
  },
});

/** `--format json`: one event a line. */
function inFormat(context: Context, { format }: MigrateValues): Context {
  return format === 'json' ? { ...context, global: { ...context.global, progress: 'json' } } : context;
}

async function begin(context: Context, options: MigrateValues, to: string): Promise<number> {
  const wish = { ...wishOf(options, context.global.compatibility === true), services: context.args };
  const forward = forwardSeconds(options);
  const project = await openWhole(context);
  return await withEngines(context, options.from, to, async (source, target) => {
    const planned = await planMove(context, project, source, target, wish);
    const { id, plan, before } = planned;
    const format = options.format === 'json' ? 'json' : 'text';
    const showing = options.plan
      ? ({ kind: 'show', format, tellPending: true } as const)
      : showingOf(context);
    if (showing !== undefined) {
      const { showPlan } = await import('../planning/show.ts');
      const forecast = await withForecast(
        planned,
        source,
        target,
        listRecords(stateOf(context, 'migrate').folder),
      );
      return showPlan(context, forecast, showing);
    }
    if (before?.phase === 'committed' || before?.phase === 'finished') {
      context.terminal.stderr.write(`${project.name} was moved to ${target.name} by ${id} already\n`);
      return exitCode.done;
    }
    if (before !== undefined && before.phase !== 'aborted') {
      throw new UserError('move-open', `this move was begun before and interrupted: ${id}`, {
        hint: `--resume ${id} goes on, --abort ${id} takes it back`,
        exit: exitCode.refused,
      });
    }
    refuse(plan);
    const removeSource = options['remove-source'] === true;
    const record = await beginRecord(project, planned, source, target, removeSource);
    return await runMove(context, planned, record, [source, target], { removeSource, forward });
  });
}

/** All services, for those that are named may be tied to others; with the profiles of those that are named. */
async function openWhole(context: Context): Promise<Project> {
  const { project } = await openLoaded(context);
  const profiles = context.args.flatMap((name) => project.disabledServices[name]?.profiles ?? []);
  if (profiles.length === 0) return project;
  return (await openLoaded(context, { profiles: [...project.activeProfiles, ...profiles] })).project;
}
