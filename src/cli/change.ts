import type { Engine } from '../engine/engine.ts';
import { stateFolder } from '../engine/state.ts';
import type { Emit } from '../execute/events.ts';
import { hintOf } from '../execute/failure.ts';
import type { NodeFailure } from '../execute/result.ts';
import type { ObserveOptions } from '../observe/collect.ts';
import type { Observed } from '../observe/observed.ts';
import { type Outcome, type PipelineRequest, type Round, runPipeline, type Target } from '../pipeline.ts';
import type { Plan } from '../plan/plan.ts';
import type { OpenProgress } from '../progress/choose.ts';
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
  /** `--quiet-pull`: no progress of layers. */
  readonly quietPull?: boolean;
}

/** How a changing command works, as the global options say: shared by all that execute a plan. */
export function executionChoices({ global, terminal }: Context, progress: OpenProgress) {
  const { environment } = terminal;
  const credentials = { environment, home: environment['HOME'] ?? '/' };
  return {
    grace: global.grace === 'always' ? 'always' : 'smart',
    health: global.health === 'engine' ? 'engine' : 'eager',
    registryAuth: async (reference: string) =>
      (await import('../engine/credentials.ts')).authFor(reference, credentials),
    registryPause: async (reference: string) =>
      (await import('../registry/pause.ts')).registryPause(reference, credentials),
    ...(global['pull-retries'] !== undefined && { transferRetries: Math.max(0, global['pull-retries']) }),
    registryConfig: async () => (await import('../engine/credentials.ts')).registryConfigFor(credentials),
    output: progress.output,
  } as const satisfies PipelineRequest['execute'];
}

/** Where the lock and the journal of a command are kept. */
export function stateOf({ terminal: { environment } }: Context, command: string) {
  const home = environment['HOME'] ?? '/';
  const folder = stateFolder({ environment, home, uid: process.getuid?.() ?? -1 });
  return { folder, command: `tscompose ${command}` };
}

/** Says what failed, with the dossier of each container. */
export async function tellFailures(
  { terminal }: Context,
  failures: readonly NodeFailure[] = [],
): Promise<void> {
  for (const { error, message, dossier } of failures) {
    terminal.stderr.write(withHint({ message, hint: hintOf(error) }));
    if (dossier === undefined) continue;
    const { dossierText } = await import('../execute/dossier-text.ts');
    terminal.stderr.write(`${dossierText(dossier)}\n`);
  }
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
  let outcome: Outcome;
  try {
    outcome = await runPipeline({
      ...{
        engine,
        target,
        signal,
        kill,
        emit: wish.quietPull ? withoutLayers(progress.emit) : progress.emit,
        plan: wish.plan,
      },
      state: stateOf(context, wish.command),
      ask: async ({ text, fallback }) => (wish.yes ? true : await askYesNo(terminal, text, fallback)),
      ...(wish.observe !== undefined && { observe: wish.observe }),
      ...(global.parallel !== undefined && { parallel: global.parallel }),
      ...(global['dry-run'] && { dryRun: true }),
      execute: executionChoices(context, progress),
    });
  } finally {
    await progress.close();
  }
  await tellFailures(context, outcome.result?.failures);
  return outcome;
}

/** Parts of images that are pulled are not shown. */
function withoutLayers(emit: Emit): Emit {
  return (event) => {
    const layer = event.type === 'resource' && event.parentId !== undefined;
    if (!layer || event.operation !== 'pull-image') emit(event);
  };
}
