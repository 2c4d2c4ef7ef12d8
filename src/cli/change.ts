import type { Place } from '../diagnostic/diagnostic.ts';
import { exitCode, UserError } from '../diagnostic/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { proxiesFor } from '../engine/proxies.ts';
import { stateFolder } from '../engine/state.ts';
import type { Emit, NoticeEvent } from '../execute/events.ts';
import { detailsOf, hintOf } from '../execute/failure.ts';
import type { ExecuteOptions } from '../execute/options.ts';
import { PullTimes } from '../execute/record/pulls.ts';
import type { NodeFailure } from '../execute/result.ts';
import type { Project } from '../model/project.ts';
import type { ObserveOptions } from '../observe/collect.ts';
import type { Observed } from '../observe/observed.ts';
import {
  makePlan,
  type Outcome,
  type PipelineRequest,
  type PlanRequest,
  type Round,
  refuse,
  runPipeline,
  type Target,
} from '../pipeline.ts';
import { movedSince } from '../plan/moved.ts';
import type { Plan } from '../plan/plan.ts';
import type { OpenProgress } from '../progress/choose.ts';
import { quietBuilds } from '../progress/quiet-build.ts';
import { askYesNo } from './ask.ts';
import { holdBack, movesOf } from './migrate/away.ts';
import { noticeLines, noticesOf } from './notices.ts';
import type { Planning } from './planning/mode.ts';
import { nearName } from './problems.ts';
import { openOutput } from './progress.ts';
import { diagnosticsOf, exitOfError, ToldError, withHint } from './report.ts';
import type { Context } from './session.ts';
import { stateOf, stateWorld } from './state.ts';
import { versionText } from './version.ts';

type Showing = Extract<Planning, { kind: 'show' }>;

export interface Change {
  /** For the head line of progress. */
  readonly command: string;
  readonly plan: (observed: Observed, round: Round) => Plan;
  readonly observe?: ObserveOptions;
  /** Answer every question with yes. */
  readonly yes?: boolean;
  readonly quiet?: boolean;
  /** What it builds is soon replaced again: images of revisions are not kept for its sake. */
  readonly passing?: boolean;
  /** Lead back to what ran before if it fails. */
  readonly atomic?: boolean;
  /** `--quiet-pull`: no progress of layers. */
  readonly quietPull?: boolean;
  /** `--quiet-build`: what builds print is shown only if the command fails. */
  readonly quietBuild?: boolean;
  /** Tell how much data goes before anything is asked. */
  readonly sizes?: boolean;
  /** Gets what hooks print; else it stands between the lines of progress. */
  readonly hookOutput?: OpenProgress['output'];
  /** Awaited before a service's container is started. */
  readonly beforeStart?: ExecuteOptions['beforeStart'];
  /** Tell at the end what decided how long it took. */
  readonly timeline?: boolean;
}

/** How a changing command works, as the global options say: shared by all that execute a plan. */
export function executionChoices({ global, terminal }: Context, progress: OpenProgress) {
  const { environment } = terminal;
  const credentials = {
    environment,
    home: environment['HOME'] ?? '/',
    insecure: global['insecure-registry'],
  };
  return {
    grace: global.grace === 'always' ? 'always' : 'smart',
    health: global.health === 'engine' ? 'engine' : 'eager',
    registryAuth: async (reference: string) =>
      (await import('../engine/credentials.ts')).authFor(reference, credentials),
    registryPause: async (reference: string) =>
      (await import('../registry/pause.ts')).registryPause(reference, credentials),
    onPulled: (engine: Engine, image: string) =>
      pullTimes({ terminal }, engine).set(image, Date.now() / 1000),
    ...(global['pull-retries'] !== undefined && { transferRetries: Math.max(0, global['pull-retries']) }),
    registryConfig: async () => (await import('../engine/credentials.ts')).registryConfigFor(credentials),
    output: progress.output,
    build: {
      ...{ toolVersion: versionText(), folder: terminal.workingDir, stdin: terminal.stdin },
      proxies: (address) => proxiesFor(address, credentials),
    },
  } as const satisfies PipelineRequest['execute'];
}

/** What providers may ask about their services. */
async function providerChoices({ project }: Target): Promise<Pick<ExecuteOptions, 'serviceConfig'>> {
  if (!Object.values(project?.services ?? {}).some(({ provider }) => provider !== undefined)) return {};
  const { canonicalService } = await import('../load/canonical.ts');
  return {
    serviceConfig: (name) => {
      const service = project?.services[name];
      return service === undefined ? undefined : canonicalService(service);
    },
  };
}

/** When images were pulled to an engine, as far as this machine knows. */
function pullTimes({ terminal }: Pick<Context, 'terminal'>, engine: Engine): PullTimes {
  return new PullTimes(stateFolder(stateWorld(terminal.environment)), engine.facts.address);
}

/** Says what failed, with the dossier of each container. */
export async function tellFailures(
  { terminal, global }: Context,
  failures: readonly NodeFailure[] = [],
  project?: Project,
): Promise<void> {
  if (global.progress === 'json') {
    terminal.stderr.write(noticeLines(failureNotices(failures, project)));
    return;
  }
  for (const { error, message, dossier } of failures) {
    const place = placeOf(error, project);
    const at =
      place === undefined
        ? ''
        : `${nearName(place.file, terminal.workingDir)}:${place.line}:${place.column}: `;
    terminal.stderr.write(
      withHint({ message: at + message, details: detailsOf(error), hint: hintOf(error) }),
    );
    if (dossier === undefined) continue;
    const { dossierText } = await import('../execute/dossier-text.ts');
    terminal.stderr.write(`${dossierText(dossier)}\n`);
  }
}

/** Runs a changing command on an engine: progress, then what failed. Or only shows its plan. */
export async function change(
  context: Context,
  engine: Engine,
  target: Target,
  wish: Change,
): Promise<Outcome> {
  const { global, terminal, signal, kill } = context;
  const moves = movesOf(stateOf(context, wish.command).folder, target.name);
  const planned: PlanRequest = {
    ...{ engine, target },
    plan: (observed, round) => holdBack(wish.plan(observed, round), observed, moves),
    ask: async ({ text, fallback }) => (wish.yes ? true : await askYesNo(terminal, text, fallback)),
    volumeFacts: async (names, places) =>
      (await import('./volume/facts.ts')).volumeFacts(engine, target.name, names, places),
    // A plan in a file was made with a look at what there is.
    ...((wish.sizes || context.planning?.kind === 'expect') && { sizes: true }),
    observe: { ...wish.observe, pulled: (image) => pullTimes(context, engine).of(image) },
  };
  const showing = showingOf(context);
  if (showing !== undefined) return await show(context, planned, wish, showing);
  const expected = context.planning?.kind === 'expect' ? context.planning : undefined;
  const opened = await openOutput(context, wish);
  const quiet = wish.quietBuild ? quietBuilds(opened) : undefined;
  const progress = withHooks(quiet?.progress ?? opened, wish.hookOutput);
  const json = global.progress === 'json' && wish.quiet !== true;
  let keeper: Promise<NonNullable<ExecuteOptions['replacing']>> | undefined;
  let outcome: Outcome;
  const loading = performance.now();
  try {
    outcome = await runPipeline({
      ...{ ...planned, signal, kill },
      emit: wish.quietPull ? withoutLayers(progress.emit) : progress.emit,
      state: stateOf(context, wish.command),
      ...(global.parallel !== undefined && { parallel: global.parallel }),
      ...(wish.atomic && { atomic: true }),
      ...(expected !== undefined && { fingerprint: true, check: checkAgainst(expected.plan) }),
      execute: {
        ...executionChoices(context, progress),
        ...(await providerChoices(target)),
        ...(wish.beforeStart !== undefined && { beforeStart: wish.beforeStart }),
        ...(wish.passing !== true && {
          replacing: async (from: Engine, reference: string) => {
            keeper ??= import('./revisions.ts').then(({ imageKeeper }) => imageKeeper(target.name));
            return await (await keeper)(from, reference);
          },
        }),
      },
    });
    if (wish.timeline) {
      const { timelineOf } = await import('../execute/timeline.ts');
      progress.emit({
        type: 'timeline',
        time: Date.now(),
        timeline: timelineOf(outcome.rounds ?? [], loading),
      });
    }
    if (json)
      for (const notice of failureNotices(outcome.result?.failures, target.project)) progress.emit(notice);
  } catch (error) {
    if (json) throw toldAsJson(progress.emit, error);
    throw error;
  } finally {
    await progress.close();
  }
  if (json) return outcome;
  if (outcome.exitCode !== 0 && quiet !== undefined) terminal.stderr.write(quiet.kept());
  await tellFailures(context, outcome.result?.failures, target.project);
  if (expected !== undefined && outcome.plan.replan && outcome.exitCode === exitCode.pending) {
    const hint = '`tscompose plan` shows what follows from them';
    terminal.stderr.write(withHint({ message: 'The images of the plan are there.', hint }));
  }
  return outcome;
}

function withHooks(progress: OpenProgress, hooks: OpenProgress['output'] | undefined): OpenProgress {
  if (hooks === undefined) return progress;
  const { output } = progress;
  return {
    ...progress,
    output: (source, text) => (source.kind === 'hook' ? hooks(source, text) : output(source, text)),
  };
}

/** Failures as events, with what is known of the containers. */
function failureNotices(failures: readonly NodeFailure[] = [], project?: Project): readonly NoticeEvent[] {
  return failures.map(({ error, message, dossier }) => {
    const hint = hintOf(error);
    const at = placeOf(error, project);
    const notice = { type: 'notice', time: Date.now(), level: 'error', message } as const;
    return {
      ...notice,
      ...(at && { place: { file: at.file, line: at.line, column: at.column } }),
      ...(hint !== undefined && { hint }),
      ...(dossier !== undefined && { dossier }),
    };
  });
}

/** Where the files say what an error is about. */
function placeOf(error: unknown, project: Project | undefined): Place | undefined {
  return error instanceof UserError && error.path !== undefined ? project?.locate?.(error.path) : undefined;
}

/** Tells what ended a command before or between its steps, and that nothing more follows. */
function toldAsJson(emit: Emit, error: unknown): ToldError {
  for (const notice of noticesOf(diagnosticsOf(error))) emit(notice);
  const exit = exitOfError(error);
  const nothing = { changed: false, done: 0, failed: 0, skipped: 0, milliseconds: 0 };
  emit({ type: 'summary', time: Date.now(), ...nothing, exitCode: exit });
  return new ToldError(exit, error);
}

/** Parts of images that are pulled are not shown. */
function withoutLayers(emit: Emit): Emit {
  return (event) => {
    const layer = event.type === 'resource' && event.parentId !== undefined;
    if (!layer || event.operation !== 'pull-image') emit(event);
  };
}

/** How the plan is to be shown, if it is not to be executed. */
export function showingOf({ planning, global }: Context): Showing | undefined {
  if (planning?.kind === 'show') return planning;
  if (!global['dry-run']) return undefined;
  return { kind: 'show', format: global.progress === 'json' ? 'json' : 'text', tellPending: false };
}

/** @returns what throws unless a plan is the expected one */
export function checkAgainst(expected: Plan): (plan: Plan) => void {
  return (plan) => {
    const moved = movedSince(expected, plan);
    if (moved !== undefined) refuse({ ...plan, refusals: [moved] });
  };
}

/** Nobody is asked: what is open is part of what is shown. */
async function show(
  context: Context,
  planned: PlanRequest,
  wish: Change,
  showing: Showing,
): Promise<Outcome> {
  const request: PlanRequest = {
    ...{ ...planned, fingerprint: true, sizes: true },
    ask: async () => (wish.yes ? true : undefined),
  };
  const first = await makePlan(request);
  const plan = first.replan ? { ...first, forecast: await makePlan(request, true) } : first;
  if (context.planning?.kind === 'expect') checkAgainst(context.planning.plan)(plan);
  const { showPlan } = await import('./planning/show.ts');
  return { plan, exitCode: showPlan(context, plan, showing) };
}
