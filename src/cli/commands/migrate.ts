import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { refuse } from '../../pipeline.ts';
import { checkAgainst, showingOf } from '../change.ts';
import { defineCommand } from '../command.ts';
import { withProject } from '../make.ts';
import { move, planMove } from '../migrate.ts';
import { timeout, timeoutOf, waitTimeout } from './options.ts';

/** `migrate`: moves the running group to another engine, data included; the source stays, stopped. */
export const migrate = defineCommand({
  name: 'migrate',
  usage: '--to ENGINE [OPTIONS] [SERVICE...]',
  summary: 'Move a running group to another engine, with its data',
  options: {
    to: {
      type: 'string',
      placeholder: 'engine',
      complete: 'context',
      summary: 'The engine to move to: a context, or an address such as ssh://user@host',
    },
    timeout,
    'wait-timeout': waitTimeout,
  },
  examples: [
    ['tscompose migrate --to ssh://root@second', 'copies and proves all data, then starts there'],
    ['tscompose --dry-run migrate --to second', 'shows each step and changes nothing'],
  ],
  graceful: true,
  plans: 'kept',
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { global, terminal } = context;
    const to = options.to;
    if (to === undefined || to === '') {
      throw new UserError('usage', 'migrate needs --to: the engine to move to', {
        hint: '--to CONTEXT, or --to unix:///…, tcp://host:port, ssh://user@host',
      });
    }
    return withProject(context, { services: args }, async (source, project) => {
      const { connect } = await import('../../engine/connect.ts');
      const target: Engine = await connect({
        environment: terminal.environment,
        signal: context.signal,
        ...(to.includes('://') ? { host: to } : { context: to }),
      });
      try {
        const seconds = options['wait-timeout'];
        const plan = await planMove(context, project, source, target, {
          ...{ command: 'migrate', services: args, ...timeoutOf(options) },
          ...(global.compatibility && { compatibility: true }),
          ...(seconds !== undefined && seconds > 0 && { waitTimeoutMs: seconds * 1000 }),
        });
        const showing = showingOf(context);
        if (showing !== undefined) {
          const { showPlan } = await import('../planning/show.ts');
          return showPlan(context, plan, showing);
        }
        refuse(plan);
        if (context.planning?.kind === 'expect') checkAgainst(context.planning.plan)(plan);
        return await move(context, plan, [source, target]);
      } finally {
        target.close();
      }
    });
  },
});
