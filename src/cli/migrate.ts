import { exitCode, UserError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Emit } from '../execute/events.ts';
import { execute } from '../execute/execute.ts';
import { hintOf } from '../execute/failure.ts';
import type { ExecuteOptions } from '../execute/options.ts';
import type { ExecutionResult } from '../execute/result.ts';
import type { Project } from '../model/project.ts';
import { observe } from '../observe/collect.ts';
import type { Observed } from '../observe/observed.ts';
import type { MigrateIntent } from '../plan/intent.ts';
import { planMigrate } from '../plan/migrate.ts';
import type { Plan } from '../plan/plan.ts';
import { planRollback } from '../plan/rollback.ts';
import { observeForChanges } from './make.ts';
import { materialsFor } from './materials.ts';
import { withHint } from './report.ts';
import type { Context } from './session.ts';

/** Looks at both engines and plans the move. @throws UserError if both are one and the same engine */
export async function planMove(
  context: Context,
  project: Project,
  source: Engine,
  target: Engine,
  intent: MigrateIntent,
): Promise<Plan> {
  const options = observeForChanges(project, context);
  const [here, there] = await Promise.all([
    observe(source, project, options),
    observe(target, project, { ...options, preflight: true }),
  ]);
  if (source.name === target.name || haveSame(here, there)) {
    throw new UserError(
      'same-engine',
      `${project.name} runs on ${target.name} already: source and target are one engine`,
      { hint: 'name another engine with --to', exit: exitCode.refused },
    );
  }
  return planMigrate(project, here, there, intent, materialsFor(project, target.facts));
}

/** An engine's own id is no proof: hosts made from one disk image share it. A container's id is never shared. */
function haveSame(here: Observed, there: Observed): boolean {
  const ids = new Set(there.containers.map(({ id }) => id));
  return here.containers.some(({ id }) => ids.has(id));
}

/**
 * Executes the move. If anything fails, what was made on the target is removed and the source starts again.
 * @returns 0, 4 if the source serves again, 1 or 130 if that failed too
 */
export async function move(
  context: Context,
  plan: Plan,
  engines: readonly Engine[],
  emit: Emit,
): Promise<number> {
  const { signal, kill, terminal } = context;
  const options = { engines: new Map(engines.map((engine) => [engine.name, engine])), emit };
  const result = await execute(plan, { ...options, signal, kill });
  if (result.exitCode === 0) return 0;
  report(context, result);
  terminal.stderr.write('The move failed: taking back what was done …\n');
  const undo = planRollback(plan, doneOf(result));
  // Not the first signal: the way back must not be cut short by the interrupt that led to it.
  const back: ExecuteOptions = { ...options, signal: kill };
  const undone = await execute(undo, back);
  report(context, undone);
  if (undone.exitCode !== 0) {
    terminal.stderr.write(
      withHint({
        message: 'the way back failed too; no volume of the source was changed',
        hint: '`tscompose up -d` on the source starts the group there again',
      }),
    );
    return result.exitCode;
  }
  terminal.stderr.write('The source runs as before; its data was not touched.\n');
  return exitCode.rolledBack;
}

function doneOf(result: ExecutionResult): { node: number; id?: string }[] {
  return result.timings
    .filter(({ end }) => end === 'done')
    .map(({ node }) => {
      const id = result.created.get(node);
      return id === undefined ? { node } : { node, id };
    });
}

function report({ terminal }: Context, result: ExecutionResult): void {
  for (const { error, message } of result.failures) {
    terminal.stderr.write(withHint({ message, hint: hintOf(error) }));
  }
}
