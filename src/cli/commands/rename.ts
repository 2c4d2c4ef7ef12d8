import { exitCode, UserError } from '../../diagnostic/errors.ts';
import { refuse } from '../../pipeline.ts';
import { showingOf } from '../change.ts';
import { defineCommand } from '../command.ts';
import { beginRecord } from '../migrate/move.ts';
import { finishRename, loadNames, openRename, planRenaming, resumeRename } from '../migrate/rename.ts';
import { withEngine } from '../session.ts';
import { stateOf } from '../state.ts';
import { timeout, timeoutOf } from './options.ts';

/** `rename`: a move of a project to another name, on the same engine. */
export const rename = defineCommand({
  name: 'rename',
  usage: 'OLD NEW',
  summary: 'Give a project another name, with its containers, networks, volumes and revisions',
  options: {
    'remove-source': { type: 'boolean', summary: 'Remove what has the old name when the new one runs' },
    timeout,
  },
  args: { min: 2, max: 2 },
  examples: [
    ['tscompose rename shop store', 'the group goes on as store; what is called shop stays, stopped'],
    ['tscompose plan rename shop store', 'shows each step of it'],
  ],
  graceful: true,
  plans: 'shown',
  run: async ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const [before = '', after = ''] = args;
    if (before === after) throw new UserError('usage', 'both names are the same');
    const names = await loadNames(context, before, after);
    return await withEngine(context, async (engine) => {
      const { folder } = stateOf(context, 'rename');
      const open = openRename(folder, engine, before, after);
      const showing = showingOf(context);
      if (open !== undefined && showing === undefined) {
        context.terminal.stderr.write(`going on with ${open.id}, which was interrupted\n`);
        return await resumeRename(context, engine, open);
      }
      const planned = await planRenaming(context, engine, names, timeoutOf(options), open);
      if (showing !== undefined) {
        const { showPlan } = await import('../planning/show.ts');
        return showPlan(context, planned.plan, showing);
      }
      if (planned.before?.phase === 'committed') {
        const hint = `tscompose migrate --finish ${planned.id} removes what is left of ${before}`;
        context.terminal.stderr.write(`${before} was renamed to ${after} already; ${hint}\n`);
        return exitCode.done;
      }
      refuse(planned.plan);
      const removeSource = options['remove-source'] === true;
      const record = await beginRecord(names.old, planned, engine, engine, removeSource);
      return await finishRename(context, engine, planned, { ...record, as: after });
    });
  },
});
