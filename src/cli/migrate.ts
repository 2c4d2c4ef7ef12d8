import { exitCode, UserError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { execute } from '../execute/execute.ts';
import { doneNodes, type ExecutionResult, type NodeFailure } from '../execute/result.ts';
import type { Project } from '../model/project.ts';
import { observe } from '../observe/collect.ts';
import type { Observed } from '../observe/observed.ts';
import { journalFor, tellWarnings, withLock } from '../pipeline.ts';
import { fingerprintOf } from '../plan/fingerprint.ts';
import type { MigrateIntent } from '../plan/intent.ts';
import { planMigrate } from '../plan/migrate.ts';
import type { Plan } from '../plan/plan.ts';
import { planRollback } from '../plan/rollback.ts';
import { executionChoices, stateOf, tellFailures } from './change.ts';
import { observeForChanges } from './make.ts';
import { materialsFor } from './materials.ts';
import { openOutput } from './progress.ts';
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
  const plan = planMigrate(project, here, there, intent, materialsFor(project, target.facts));
  return { ...plan, fingerprint: fingerprintOf(project, here, there) };
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
  engines: readonly [source: Engine, target: Engine],
): Promise<number> {
  const { signal, kill, global } = context;
  const progress = await openOutput(context, { command: 'migrate' });
  const { emit } = progress;
  const held = { state: stateOf(context, 'migrate'), target: { name: plan.project }, emit, signal };
  const options = {
    ...executionChoices(context, progress),
    ...{ engines: new Map(engines.map((engine) => [engine.name, engine])), emit, kill },
    ...(global.parallel !== undefined && { parallel: global.parallel }),
  };
  const run = async (one: Plan, until: AbortSignal): Promise<ExecutionResult> =>
    execute(one, { ...options, signal: until, ...(await journalFor(held, one)) });
  const failures: NodeFailure[] = [];
  const say = (level: 'info' | 'error', message: string): void =>
    emit({ type: 'notice', time: Date.now(), level, message });
  try {
    tellWarnings(plan, emit);
    return await withLock({ ...held, engine: engines[0] }, async () => {
      const result = await run(plan, signal);
      if (result.exitCode === 0) return 0;
      failures.push(...result.failures);
      say('info', 'the move failed: taking back what was done');
      // Not the first signal: the way back must not be cut short by the interrupt that led to it.
      const undone = await run(planRollback(plan, doneNodes(result)), kill);
      failures.push(...undone.failures);
      if (undone.exitCode === 0) {
        say('info', 'the source runs as before; its data was not touched');
        return exitCode.rolledBack;
      }
      const hint = '`tscompose up -d` on the source starts the group there again';
      say('error', `the way back failed too; no volume of the source was changed; ${hint}`);
      return result.exitCode;
    });
  } finally {
    await progress.close();
    await tellFailures(context, failures);
  }
}
