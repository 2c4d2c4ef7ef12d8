import { exitCode } from '../../diagnostic/errors.ts';
import { makePlan } from '../../pipeline.ts';
import { formatPlan } from '../../plan/format.ts';
import type { UpIntent } from '../../plan/intent.ts';
import { planJson } from '../../plan/json.ts';
import { planUp } from '../../plan/up.ts';
import { defineCommand } from '../command.ts';
import { observeForChanges, withProject } from '../make.ts';
import { materialsFor } from '../materials.ts';
import { wantsColor } from '../problems.ts';
import { makingIntent, makingOptions, upIntent, upOptions } from '../up/options.ts';

/** `plan`: what `up` would do, and why. */
export const plan = defineCommand({
  name: 'plan',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Show what up would do, and why',
  options: {
    ...makingOptions,
    ...upOptions,
    format: { type: 'string', default: 'text', choices: ['text', 'json'], summary: 'text or json' },
  },
  examples: [
    ['tscompose plan', 'shows each step; exit code 0: nothing to do, 2: something to do'],
    ['tscompose plan --format json', 'prints the plan as a value for other programs'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal, global } = context;
    const noDeps = options['no-deps'] === true;
    const intent: UpIntent = {
      ...{ command: 'up', services: args, start: options['no-start'] !== true },
      ...makingIntent(options, global),
      ...upIntent(options),
    };
    return withProject(context, { services: args, noDeps }, async (engine, project) => {
      const materials = materialsFor(project, engine.facts);
      const made = await makePlan({
        ...{ engine, target: { name: project.name, project }, observe: observeForChanges(project, context) },
        ask: async () => (options.yes ? true : undefined),
        plan: (observed, round) => planUp(project, observed, { ...intent, ...round }, materials),
      });
      const color = wantsColor(global.ansi ?? 'auto', terminal.stdout.isTTY === true, terminal.environment);
      const text = options.format === 'json' ? planJson(made) : formatPlan(made, { color });
      terminal.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
      const [refusal] = made.refusals;
      if (refusal !== undefined) return refusal.exit;
      return made.nodes.length > 0 ? exitCode.pending : exitCode.done;
    });
  },
});
