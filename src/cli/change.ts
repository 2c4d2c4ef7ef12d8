import type { Engine } from '../engine/engine.ts';
import { stateFolder } from '../engine/state.ts';
import { hintOf } from '../execute/failure.ts';
import type { ObserveOptions } from '../observe/collect.ts';
import type { Observed } from '../observe/observed.ts';
import { type Outcome, type Round, runPipeline, type Target } from '../pipeline.ts';
import type { Plan } from '../plan/plan.ts';
import { askYesNo } from './ask.ts';
import { openOutput } from './progress.ts';
import { withHint } from './report.ts';
import type { Context } from './session.ts';

export interface Change {
  /** For the head line of progress. */
  readonly command: string;
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
  const progress = await openOutput(context, wish);
  const { environment } = terminal;
  const credentials = { environment, home: environment['HOME'] ?? '/' };
  let outcome: Outcome;
  try {
    outcome = await runPipeline({
      ...{ engine, target, signal, kill, emit: progress.emit, plan: wish.plan },
      state: {
        folder: stateFolder({ ...credentials, uid: process.getuid?.() ?? -1 }),
        command: `tscompose ${wish.command}`,
      },
      ask: async ({ text, fallback }) => (wish.yes ? true : await askYesNo(terminal, text, fallback)),
      ...(wish.observe !== undefined && { observe: wish.observe }),
      ...(global.parallel !== undefined && { parallel: global.parallel }),
      ...(global['dry-run'] && { dryRun: true }),
      execute: {
        grace: global.grace === 'always' ? 'always' : 'smart',
        health: global.health === 'engine' ? 'engine' : 'eager',
        registryAuth: async (reference) =>
          (await import('../engine/credentials.ts')).authFor(reference, credentials),
        registryConfig: async () => (await import('../engine/credentials.ts')).registryConfigFor(credentials),
        output: progress.output,
      },
    });
  } finally {
    await progress.close();
  }
  for (const { error, message, dossier } of outcome.result?.failures ?? []) {
    terminal.stderr.write(withHint({ message, hint: hintOf(error) }));
    if (dossier === undefined) continue;
    const { dossierText } = await import('../execute/dossier-text.ts');
    terminal.stderr.write(`${dossierText(dossier)}\n`);
  }
  return outcome;
}
