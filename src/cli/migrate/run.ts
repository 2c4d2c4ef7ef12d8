import type { Engine } from '../../engine/engine.ts';
import type { Emit } from '../../execute/events.ts';
import { execute } from '../../execute/execute.ts';
import type { ExecutionResult, NodeFailure } from '../../execute/result.ts';
import { type Held, journalFor, withLock } from '../../pipeline.ts';
import type { Plan } from '../../plan/plan.ts';
import { executionChoices, tellFailures } from '../change.ts';
import { openOutput } from '../progress.ts';
import type { Context } from '../session.ts';
import { stateOf } from '../state.ts';
import type { MoveRecord } from './record.ts';

/** What the steps of a move work with. */
export interface Stage {
  readonly context: Context;
  readonly engines: readonly Engine[];
  readonly stateFolder: string;
  /** Executes a plan; `until` ends it. Failures are told when the stage closes. */
  run(plan: Plan, until: AbortSignal, emit?: Emit): Promise<ExecutionResult>;
  emit: Emit;
  say(level: 'info' | 'warning' | 'error', message: string, hint?: string): void;
}

/**
 * Opens the progress view and holds the project on both engines while `use` runs. What was read before may be out of date
 * then: another command may have had it.
 */
export async function onStage<R>(
  context: Context,
  { project, as = project }: Pick<MoveRecord, 'project' | 'as'>,
  engines: readonly [source: Engine, target: Engine],
  use: (stage: Stage) => Promise<R>,
): Promise<R> {
  const { signal, kill, global } = context;
  const progress = await openOutput(context, { command: 'migrate' });
  const { emit } = progress;
  const state = stateOf(context, 'migrate');
  const held = { state, target: { name: project }, emit, signal };
  const options = {
    ...executionChoices(context, progress),
    ...{ engines: new Map(engines.map((engine) => [engine.name, engine])), kill },
    ...(global.parallel !== undefined && { parallel: global.parallel }),
  };
  const failures: NodeFailure[] = [];
  const stage: Stage = {
    ...{ context, engines, stateFolder: state.folder, emit },
    run: async (plan, until, own = emit) => {
      const result = await execute(plan, {
        ...{ ...options, emit: own, signal: until },
        ...(await journalFor(held, plan)),
      });
      failures.push(...result.failures);
      return result;
    },
    say: (level, message, hint) =>
      emit({ type: 'notice', time: Date.now(), level, message, ...(hint !== undefined && { hint }) }),
  };
  try {
    const [source, target] = engines;
    const places = [
      { ...held, engine: source },
      { ...held, engine: target, target: { name: as } },
    ];
    // In one order, whichever way the move goes: two that cross must not wait for each other.
    places.sort((a, b) => placeOf(a).localeCompare(placeOf(b)));
    const [first, second] = places as [Held, Held];
    return await withLock(first, () => withLock(second, () => use(stage)));
  } finally {
    await progress.close();
    await tellFailures(context, failures);
  }
}

function placeOf({ engine, target }: Held): string {
  return `${engine.facts.address}\n${target.name}`;
}
