import { exitCode, UserError } from './diagnostic/errors.ts';
import type { Engine } from './engine/engine.ts';
import type { Emit } from './execute/events.ts';
import { execute } from './execute/execute.ts';
import { lostContainers } from './execute/lost.ts';
import type { ExecuteOptions } from './execute/options.ts';
import type { Lock } from './execute/record/lock.ts';
import { doneNodes, type ExecutionResult } from './execute/result.ts';
import type { ExecutedRound } from './execute/timeline.ts';
import type { VolumeBody } from './model/bodies.ts';
import type { Project } from './model/project.ts';
import { type ObserveOptions, observe } from './observe/collect.ts';
import type { Observed } from './observe/observed.ts';
import { fingerprintOf } from './plan/fingerprint.ts';
import type { Plan, Question } from './plan/plan.ts';
import { planRollback } from './plan/rollback.ts';

/** What a command is about: a loaded project, or a name under which containers run. */
export interface Target {
  readonly name: string;
  readonly project?: Project;
}

/** What earlier rounds of the same command brought; the planner is handed it. */
export interface Round {
  readonly imagesReady: boolean;
  readonly answers: Readonly<Record<string, boolean>>;
  /** Ids of containers that the engine could not start, and never will. */
  readonly unstartable: readonly string[];
}

export interface PlanRequest {
  readonly engine: Engine;
  readonly target: Target;
  readonly observe?: ObserveOptions;
  /** Pure: the same input gives the same plan. */
  readonly plan: (observed: Observed, round: Round) => Plan;
  /** undefined: there is nobody to ask. */
  readonly ask: (question: Question) => Promise<boolean | undefined>;
  /** Note in the plan what it was made from. */
  readonly fingerprint?: boolean;
  /** Tell how much data goes: that has to be looked at. */
  readonly sizes?: boolean;
  /**
   * What volumes hold, by name, and what there is where these will be made; undefined if that can't be known.
   */
  readonly volumeFacts?: (
    names: readonly string[],
    places: readonly VolumeBody[],
  ) => Promise<Observed['volumeFacts']>;
}

export interface PipelineRequest extends PlanRequest {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly kill: AbortSignal;
  readonly parallel?: number;
  /** Lead back to what ran before if the plan fails or is interrupted before all that is wanted runs. */
  readonly atomic?: boolean;
  /** Throws unless the plan may be executed. What follows its images is then another plan. */
  readonly check?: (plan: Plan) => void;
  /** Where the lock and the journal of the project are kept; without it there is none. */
  readonly state?: {
    readonly folder: string;
    readonly command: string;
    /** Milliseconds to wait for a lock; absent: for as long as it is held. */
    readonly lockPatience?: number;
  };
  readonly execute?: Pick<
    ExecuteOptions,
    | 'health'
    | 'grace'
    | 'registryAuth'
    | 'registryConfig'
    | 'registryPause'
    | 'beforeStart'
    | 'onPulled'
    | 'transferRetries'
    | 'output'
    | 'replacing'
    | 'serviceConfig'
    | 'build'
  >;
}

/** What a lock is taken for. */
export type Held = Pick<PipelineRequest, 'state' | 'engine' | 'target' | 'emit' | 'signal'>;

export interface Outcome {
  readonly plan: Plan;
  /** Absent if the plan was only shown. */
  readonly result?: ExecutionResult;
  readonly exitCode: number;
  /** All plans that were executed, in order. */
  readonly rounds?: readonly ExecutedRound[];
}

/** Observes and plans; asks what the plan leaves open. Refusals are left in the plan. */
export async function makePlan(
  request: PlanRequest,
  imagesReady = false,
  unstartable: readonly string[] = [],
): Promise<Plan> {
  const { engine, target } = request;
  const observed = await observe(engine, target.project ?? { name: target.name }, request.observe);
  const answers: Record<string, boolean> = {};
  const round = { imagesReady, answers, unstartable };
  const sizes = request.sizes ? await sizesFor(request, request.plan(observed, round)) : {};
  const made = await withAnswers(request, { ...observed, ...sizes }, round);
  const more = request.sizes || stopsForCopies(made) ? await sizesFor(request, made) : {};
  const sized = Object.keys(more).length > 0 ? request.plan({ ...observed, ...sizes, ...more }, round) : made;
  if (!request.fingerprint) return sized;
  return { ...sized, fingerprint: fingerprintOf(target.project ?? { name: target.name }, observed) };
}

/** Sizes of what goes, or is kept. */
async function sizesFor(
  { engine, volumeFacts }: PlanRequest,
  { nodes }: Plan,
): Promise<Pick<Observed, 'volumeFacts' | 'volumeSizes'>> {
  const named = nodes.flatMap(({ dataLoss = [], keeps = [] }) => [...dataLoss, ...keeps]);
  if (named.every(({ bytes }) => bytes !== undefined)) return {};
  const fresh = nodes.flatMap(({ operation: o }) =>
    o.kind === 'restore-volumes' ? o.pairs.filter((pair) => pair.fresh).map(({ volume }) => volume) : [],
  );
  const places = nodes.flatMap(({ operation: o }) =>
    o.kind === 'create-volume' && fresh.includes(o.body.Name) ? [o.body] : [],
  );
  const facts = await volumeFacts?.([...new Set(named.map(({ volume }) => volume))], places);
  if (facts !== undefined) return { volumeFacts: facts };
  return { volumeSizes: Object.fromEntries(await engine.volumeSizes()) };
}

/** True if services that shall go on are stopped for copies: whether there is room is looked at before. */
function stopsForCopies({ command, nodes }: Plan): boolean {
  return command !== 'down' && nodes.some(({ operation }) => operation.kind === 'snapshot-volumes');
}

/** @param round its answers are added to */
async function withAnswers(
  { plan, ask }: PlanRequest,
  observed: Observed,
  round: Round & { readonly answers: Record<string, boolean> },
): Promise<Plan> {
  for (;;) {
    const made = plan(observed, round);
    const open = made.questions.filter(({ id }) => !(id in round.answers));
    // Other refusals than those that an answer lifts end it anyway.
    if (open.length === 0 || made.refusals.length > open.length) return made;
    for (const question of open) {
      const answer = (await ask(question)) ?? (made.refusals.length > 0 ? undefined : whenNobody(question));
      if (answer === undefined) return made;
      round.answers[question.id] = answer;
    }
  }
}

function whenNobody({ unanswered, fallback }: Question): boolean {
  return unanswered ?? fallback;
}

/**
 * Observe, plan, execute; again if the rest of the plan depends on images that the first round brought.
 * @throws UserError if the plan is refused, EngineError if the engine can't be observed
 */
export async function runPipeline(request: PipelineRequest): Promise<Outcome> {
  const executed: ExecutedRound[] = [];
  return { ...(await withLock(request, () => rounds(request, executed))), rounds: executed };
}

/** Holds the project's lock on the engine while `use` runs. A second command waits, and says for whom. */
export async function withLock<R>(request: Held, use: () => Promise<R>): Promise<R> {
  const lock = await lockFor(request);
  try {
    return await use();
  } finally {
    lock?.release();
  }
}

async function rounds(request: PipelineRequest, executed: ExecutedRound[]): Promise<Outcome> {
  const warned = new Set<string>();
  let imagesReady = false;
  let unstartable: readonly string[] = [];
  for (;;) {
    const began = performance.now();
    const plan = await makePlan(request, imagesReady, unstartable);
    const planning = performance.now() - began;
    refuse(plan);
    request.check?.(plan);
    if (plan.replan !== true || plan.nodes.length === 0) tellWarnings(plan, request.emit, warned);
    const again = plan.replan === true && !imagesReady;
    const result = await execute(plan, { ...optionsOf(request), ...(await journalFor(request, plan)) });
    executed.push({ plan, result, planning });
    const lost = mayReplace(request, plan, result) && unstartable.length === 0 ? lostContainers(result) : [];
    if (lost.length > 0) {
      const message = 'the engine has lost track of containers in a crash: they are made anew';
      request.emit({ type: 'notice', time: Date.now(), level: 'info', message });
      unstartable = lost;
      imagesReady = true;
      continue;
    }
    if (request.atomic && result.exitCode !== 0 && !isSettled(plan, result)) {
      return { plan, ...(await takeBack(request, plan, result)) };
    }
    if (!again || result.exitCode !== 0) return { plan, result, exitCode: result.exitCode };
    if (request.check !== undefined) return { plan, result, exitCode: exitCode.pending };
    imagesReady = true;
  }
}

/** True if its planner makes containers anew, and nobody has been promised something else. */
function mayReplace({ check, atomic }: PipelineRequest, { command }: Plan, result: ExecutionResult): boolean {
  const isFree = check === undefined && !atomic && !result.interrupted;
  return isFree && ['up', 'create', 'scale'].includes(command);
}

/** True if all that is wanted runs, and only what it replaced is left to go. */
function isSettled({ settledFrom = 0 }: Plan, { timings }: ExecutionResult): boolean {
  return timings.every(({ node, end }) => end === 'done' || node >= settledFrom);
}

/** Undoes what was done, and says so. The failures of both ways are in the result. */
async function takeBack(
  request: PipelineRequest,
  plan: Plan,
  result: ExecutionResult,
): Promise<Pick<Outcome, 'exitCode'> & { readonly result: ExecutionResult }> {
  const say = (level: 'info' | 'error', message: string) =>
    request.emit({ type: 'notice', time: Date.now(), level, message });
  const [failure] = result.failures;
  say('info', `${failure === undefined ? 'interrupted' : failure.message}: going back to what ran before`);
  const back = planRollback(plan, doneNodes(result));
  // Not the first signal: the way back must not be cut short by the interrupt that led to it.
  const options = { ...optionsOf(request), ...(await journalFor(request, back)), signal: request.kill };
  const undone = await execute(back, options);
  const both = { ...result, failures: [...result.failures, ...undone.failures] };
  if (undone.exitCode === 0) {
    say('info', 'what ran before runs again');
    return { result: both, exitCode: exitCode.rolledBack };
  }
  say(
    'error',
    'the way back failed too: `tscompose ps -a` shows what is left, `tscompose up` goes on from there',
  );
  return { result: both, exitCode: result.exitCode };
}

/** Tells each warning once. */
export function tellWarnings(plan: Plan, emit: Emit, told = new Set<string>()): void {
  for (const { message, hint } of plan.warnings) {
    if (told.has(message)) continue;
    told.add(message);
    const notice = { type: 'notice', time: Date.now(), level: 'warning', message } as const;
    emit(hint === undefined ? notice : { ...notice, hint });
  }
}

async function lockFor({ state, engine, target, emit, signal }: Held): Promise<Lock | undefined> {
  if (state === undefined) return undefined;
  const { holderText, lockProject } = await import('./execute/record/lock.ts');
  return lockProject({
    ...{ stateFolder: state.folder, engine: engine.facts.address, project: target.name, signal },
    command: state.command,
    ...(state.lockPatience !== undefined && { patience: state.lockPatience }),
    waiting: (holder) => {
      const message = `waiting for ${holderText(holder)}, which changes project "${target.name}"`;
      emit({ type: 'notice', time: Date.now(), level: 'info', message });
    },
  });
}

/** @throws UserError with all that the plan refuses */
export function refuse(plan: Plan): void {
  const [first, ...more] = plan.refusals;
  if (first === undefined) return;
  const message = [first, ...more].map((refusal) => refusal.message).join('\n');
  throw new UserError(first.code, message, {
    exit: first.exit,
    ...(first.hint !== undefined && { hint: first.hint }),
  });
}

export async function journalFor(
  { state, target }: Pick<Held, 'state' | 'target'>,
  plan: Plan,
): Promise<Partial<ExecuteOptions>> {
  if (state === undefined || plan.nodes.length === 0) return {};
  const { journalFolder, openJournal } = await import('./execute/record/journal.ts');
  return { journal: openJournal(journalFolder(state.folder, target.name)) };
}

function optionsOf(request: PipelineRequest): ExecuteOptions {
  const { engine, target, emit, signal, kill, parallel } = request;
  const { project } = target;
  return {
    ...request.execute,
    ...{ engines: new Map([[engine.name, engine]]), emit, signal, kill },
    ...(parallel !== undefined && { parallel }),
    ...(project !== undefined && {
      environment: project.environment,
      workingDir: project.workingDir,
    }),
  };
}
