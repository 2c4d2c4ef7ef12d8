import type { Engine } from '../engine/engine.ts';
import type { ObserveOptions } from '../observe/collect.ts';
import type { Observed } from '../observe/observed.ts';
import { type Outcome, type Round, runPipeline, type Target } from '../pipeline.ts';
import type { Plan } from '../plan/plan.ts';
import { askYesNo } from './ask.ts';
import { openOutput } from './progress.ts';
import { withHint } from './report.ts';
import type { Context } from './session.ts';

export interface Change {
  readonly plan: (observed: Observed, round: Round) => Plan;
  readonly observe?: ObserveOptions;
  /** Answer every question with yes. */
  readonly yes?: boolean;
  readonly quiet?: boolean;
}

/** Runs a changing command on an engine: progress, then what failed. */
export async function change(
  context: Context,
  engine: Engine,
  target: Target,
  wish: Change,
): Promise<Outcome> {
  const { global, terminal, signal, kill } = context;
  const progress = await openOutput(
    wish.quiet ? { ...context, global: { ...global, progress: 'quiet' } } : context,
  );
  let outcome: Outcome;
  try {
    outcome = await runPipeline({
      ...{ engine, target, signal, kill, emit: progress.emit, plan: wish.plan },
      ask: ({ text, fallback }) => (wish.yes ? Promise.resolve(true) : askYesNo(terminal, text, fallback)),
      ...(wish.observe !== undefined && { observe: wish.observe }),
      ...(global.parallel !== undefined && { parallel: global.parallel }),
      ...(global['dry-run'] && { dryRun: true }),
    });
  } finally {
    await progress.close();
  }
  for (const failure of outcome.result?.failures ?? []) {
    const hint = hintOf(failure.error);
    terminal.stderr.write(withHint({ message: failure.message, ...(hint !== undefined && { hint }) }));
  }
  return outcome;
}

function hintOf(error: unknown): string | undefined {
  return error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
}
