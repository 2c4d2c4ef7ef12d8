import { exitCode, UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Emit } from '../../execute/events.ts';
import type { Project } from '../../model/project.ts';
import { tellWarnings } from '../../pipeline.ts';
import type { MovedContainer } from '../../plan/migrate-back.ts';
import { copyRevisions, renameRevisions } from '../../revisions/store.ts';
import type { Context } from '../session.ts';
import { goBack, sweep } from './back.ts';
import { finishMove } from './finish.ts';
import { forwardPorts } from './forward.ts';
import type { PlannedMove } from './plan.ts';
import { type EngineAt, type MoveRecord, type Phase, readRecord, writeRecord } from './record.ts';
import { onStage, type Stage } from './run.ts';

/** What is to be done when the target runs. */
export interface Afterwards {
  readonly removeSource: boolean;
  /** Seconds; 0: until the end of the move. */
  readonly forward: number | undefined;
}

/** What a move begins with. */
export async function beginRecord(
  project: Project,
  { id, intent, moving, plan }: PlannedMove,
  source: Engine,
  target: Engine,
  removeSource: boolean,
): Promise<MoveRecord> {
  const { how, binds, allowSplit, timeout, waitTimeoutMs, compatibility } = intent;
  const pairs = plan.nodes.flatMap(({ operation }) =>
    operation.kind === 'sync-volumes' && operation.phase === 'final' ? operation.pairs : [],
  );
  const copied = plan.nodes.flatMap(({ operation }) =>
    operation.kind === 'copy-volume' ? operation.volume : [],
  );
  const kept = new Set(
    plan.nodes.flatMap(({ operation, engine }) =>
      operation.kind === 'stop-container' && engine === source.name && 'id' in operation.container
        ? operation.container.id
        : [],
    ),
  );
  const containers = await Promise.all(
    moving.map(async ({ id: container, name, service }): Promise<MovedContainer> => {
      const { body, state } = await source.inspectContainer(container);
      const policy = body.HostConfig.RestartPolicy;
      const count = policy?.MaximumRetryCount ?? 0;
      const restart = `${policy?.Name || 'no'}${count > 0 ? `:${count}` : ''}`;
      return { id: container, name, service, restart, running: state.running || kept.has(container) };
    }),
  );
  const now = new Date().toISOString();
  return {
    ...{
      id,
      project: project.name,
      projectDirectory: project.workingDir,
      removeSource,
      began: now,
      changed: now,
      phase: 'copying',
    },
    ...{ from: placeOf(source), to: placeOf(target), containers },
    volumes: [...pairs.map((pair) => pair.source).filter((name) => !name.startsWith('/')), ...copied],
    ...(pairs.some((pair) => pair.source !== pair.target) && {
      copies: pairs.map(({ target: name }) => name),
    }),
    ...{ files: project.configFiles, profiles: project.activeProfiles, envFiles: project.environmentFiles },
    services: intent.services,
    intent: Object.fromEntries(
      Object.entries({ how, binds, allowSplit, timeout, waitTimeoutMs, compatibility }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  };
}

/** How an engine is found again: certificates of a TCP address belong to its context. */
export function placeOf({ name, facts: { address } }: Engine): EngineAt {
  const named = address.startsWith('tcp://') && !name.includes('://');
  return { name, address: named ? name : address };
}

/**
 * Executes the move. If anything fails before the target runs, what was made there is removed and the source starts again.
 * @returns 0, 4 if the source serves again, 1 or 130 if that failed too
 */
export function runMove(
  context: Context,
  { plan, before }: Pick<PlannedMove, 'plan' | 'before'>,
  begun: MoveRecord,
  engines: readonly [source: Engine, target: Engine],
  after: Afterwards,
): Promise<number> {
  return onStage(context, begun, engines, async (stage) => {
    refuseOutdated(readRecord(stage.stateFolder, begun.id), before);
    await sweep(begun, engines);
    const keeping = keepRecord(stage, begun);
    tellWarnings(plan, stage.emit);
    const result = await stage.run(plan, context.signal, keeping.emit);
    if (result.exitCode !== 0) {
      stage.say('info', 'the move failed: taking back what was done');
      const codes = { done: exitCode.rolledBack, failed: result.exitCode };
      return await goBack(stage, keeping.record(), codes);
    }
    const { downtime, seconds } = keeping.commit();
    const { id, project, as } = begun;
    const copying =
      as === undefined
        ? copyRevisions(engines[0], engines[1], project)
        : renameRevisions(engines[0], project, as);
    await copying.catch((error: unknown) =>
      stage.say(
        'warning',
        `revisions were not copied: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
    const stopped = downtime === undefined ? '' : `, of which nothing answered for ${downtime.toFixed(1)} s`;
    const what = as === undefined ? `moved to ${engines[1].name}` : `${project} is ${as} now,`;
    stage.say('info', `${what} in ${seconds.toFixed(1)} s${stopped}`);
    if (after.forward !== undefined) await forwardPorts(stage, keeping.record(), after.forward);
    if (after.removeSource) return await finishMove(stage, keeping.record(), undefined);
    const hint = `tscompose migrate --finish ${id} removes it`;
    const left =
      as === undefined ? `the source stays on ${engines[0].name}` : `what is called ${project} stays`;
    stage.say('info', `${left}, stopped; ${hint}`);
    return exitCode.done;
  });
}

/** @throws UserError if another command has had the move since it was planned */
function refuseOutdated(now: MoveRecord | undefined, before: MoveRecord | undefined): void {
  if (now === undefined || (now.phase === before?.phase && now.changed === before.changed)) return;
  const { id, phase } = now;
  throw new UserError('move-changed', `another command has made this move meanwhile: ${id} is ${phase}`, {
    hint: `tscompose migrate status ${id} tells what can be done`,
    exit: exitCode.refused,
  });
}

/** Bytes from which on their time tells how fast data moves. */
const enough = 16 << 20;

/** Writes how far the move has come before each step that changes what may be done about a failure. */
function keepRecord(stage: Stage, begun: MoveRecord) {
  let record = begun;
  let stopAt: number | undefined;
  let copyAt: number | undefined;
  const start = performance.now();
  const set = (phase: Phase, more: Partial<MoveRecord> = {}) => {
    record = { ...record, ...more, phase };
    writeRecord(stage.stateFolder, record);
  };
  set(begun.phase);
  const [source, target] = stage.engines.map(({ name }) => name);
  const emit: Emit = (event) => {
    const copies = event.type === 'resource' && event.operation === 'sync-volumes';
    if (copies && record.rate === undefined && record.intent.how?.bandwidth === undefined) {
      const now = performance.now();
      copyAt ??= now;
      const { status, current = 0 } = event;
      if (status === 'Done' && current >= enough)
        record = { ...record, rate: current / ((now - copyAt) / 1000) };
    }
    if (event.type === 'resource' && event.status === 'Working') {
      const { operation, engine } = event;
      const cuts = operation === 'update-container' || operation === 'stop-container';
      if (engine === source && cuts && record.phase === 'copying') set('cut');
      if (engine === source && operation === 'stop-container') stopAt ??= performance.now();
      if (engine === target && operation === 'start-container' && record.phase !== 'starting')
        set('starting');
    }
    stage.emit(event);
  };
  return {
    emit,
    record: () => record,
    commit: () => {
      const now = performance.now();
      const seconds = (now - start) / 1000;
      const downtime = stopAt === undefined ? undefined : (now - stopAt) / 1000;
      set('committed', { seconds, ...(downtime !== undefined && { downtime }) });
      return { seconds, downtime };
    },
  };
}
