import { exitCode, UserError } from '../../diagnostic/errors.ts';
import { observe } from '../../observe/collect.ts';
import { refuse } from '../../pipeline.ts';
import type { SyncChoices } from '../../plan/operations.ts';
import { planRename } from '../../plan/rename.ts';
import { showingOf, stateOf } from '../change.ts';
import { defineCommand } from '../command.ts';
import { observeForChanges } from '../make.ts';
import { materialsFor } from '../materials.ts';
import { beginRecord, runMove } from '../migrate/move.ts';
import { moveId, readRecord } from '../migrate/record.ts';
import { openLoaded, withEngine } from '../session.ts';
import { timeout, timeoutOf } from './options.ts';

/** `rename`: a move of a project to another name, on the same engine. */
export const rename = defineCommand({
  name: 'rename',
  usage: 'OLD NEW',
  summary: 'Give a running project another name, with its containers, networks and volumes',
  options: {
    'remove-source': { type: 'boolean', summary: 'Remove what has the old name when the new one runs' },
    timeout,
  },
  args: { min: 2, max: 2 },
  examples: [
    ['tscompose rename shop store', 'the group goes on as store; what is called shop stays, stopped'],
  ],
  graceful: true,
  plans: 'shown',
  run: async ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const [before = '', after = ''] = args;
    if (before === after) throw new UserError('usage', 'both names are the same');
    const named = (name: string) =>
      openLoaded({ ...context, global: { ...context.global, 'project-name': name } }).then(
        (loaded) => loaded.project,
      );
    const [old, project] = [await named(before), await named(after)];
    return await withEngine(context, async (engine) => {
      const [here, there] = await Promise.all([
        observe(engine, old, observeForChanges(old, context)),
        observe(engine, project, { ...observeForChanges(project, context), preflight: true }),
      ]);
      const moving = here.containers.filter(({ oneOff }) => !oneOff);
      const id = moveId(after, moving, before);
      const how: SyncChoices = {
        ...{ id, maxDowntimeMs: 5000, onExceed: 'go', verify: 'changed', compress: 'none', data: 'relay' },
      };
      const intent = { command: 'migrate', services: [], id, how, ...timeoutOf(options) } as const;
      const plan = planRename(old, project, here, there, intent, materialsFor(project, engine.facts));
      const showing = showingOf(context);
      if (showing !== undefined) {
        const { showPlan } = await import('../planning/show.ts');
        return showPlan(context, plan, showing);
      }
      refuse(plan);
      const planned = { id, plan, intent, moving, before: readRecord(stateOf(context, 'rename').folder, id) };
      const removeSource = options['remove-source'] === true;
      const record = await beginRecord(old, planned, engine, engine, removeSource);
      const named = { ...record, as: after };
      const code = await runMove(context, planned, named, [engine, engine], {
        removeSource,
        forward: undefined,
      });
      return code === 0 ? exitCode.done : code;
    });
  },
});
