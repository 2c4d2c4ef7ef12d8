import { sweepHelpers } from '../../data/container.ts';
import { digestVolumes } from '../../data/copy.ts';
import { exitCode, UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { moveLabel } from '../../model/labels.ts';
import { observe } from '../../observe/collect.ts';
import { isAlive } from '../../observe/membership.ts';
import type { Observed } from '../../observe/observed.ts';
import { planMoveBack } from '../../plan/migrate-back.ts';
import { type MoveRecord, writeRecord } from './record.ts';
import type { Stage } from './run.ts';

/** Seconds that an engine which was lost may take to answer again before the way back goes without it. */
const patience = 15;

/**
 * The way back, after a failure or on request: the target's part goes, the source starts again.
 * @returns `done`, or `failed` if that fails
 */
export async function goBack(
  stage: Stage,
  record: MoveRecord,
  { done, failed }: { readonly done: number; readonly failed: number },
): Promise<number> {
  const [source, target] = stage.engines as readonly [Engine, Engine];
  try {
    const [here, there] = await Promise.all([
      lookAt(source, record),
      lookAt(target, { ...record, project: record.as ?? record.project }).catch((error: unknown) => {
        if (record.phase === 'starting') throw error;
        return undefined;
      }),
    ]);
    refuseStranger(record, there);
    await sweep(record, there === undefined ? [source] : [source, target]);
    // Not the first signal: the way back must not be cut short by the interrupt that led to it.
    const { exitCode: code } = await stage.run(
      planMoveBack(record, here, there),
      stage.context.kill,
      (event) =>
        stage.emit(event.type === 'summary' && event.exitCode === 0 ? { ...event, exitCode: done } : event),
    );
    if (code === 0) {
      const { left, ...rest } = record;
      writeRecord(stage.stateFolder, {
        ...rest,
        phase: 'aborted',
        ...(there === undefined && { left: true }),
      });
      stage.say('info', 'the source runs as before; its data was not touched');
      if (there === undefined) {
        stage.say(
          'warning',
          `${target.name} does not answer: what was made there is left, with label ${moveLabel}=${record.id}`,
          `when it answers: tscompose migrate --abort ${record.id} removes that, and another migrate uses it`,
        );
      }
      return done;
    }
  } catch (error) {
    stage.say('error', error instanceof Error ? error.message : String(error));
  }
  const { id } = record;
  stage.say(
    'error',
    'the way back failed too; no volume of the source was changed',
    `when both engines answer: tscompose migrate --abort ${id}, or --resume ${id}`,
  );
  return failed;
}

/** @throws UserError if the target runs though this command has not started it: the data may have gone on there */
function refuseStranger({ id, phase }: MoveRecord, there: Observed | undefined): void {
  if (phase !== 'copying' && phase !== 'cut') return;
  const alive = there?.containers.filter((one) => one.labels[moveLabel] === id && isAlive(one)) ?? [];
  if (alive.length === 0) return;
  const names = alive.map(({ name }) => name).join(', ');
  throw new UserError('target-runs', `${names} was started on ${there!.engine} by someone else`, {
    hint: 'stop it there if the source holds what counts',
    exit: exitCode.refused,
  });
}

/** Helpers that a killed command left hold the volumes. */
export async function sweep({ id }: MoveRecord, engines: readonly Engine[]): Promise<void> {
  for (const engine of engines) await sweepHelpers(engine, [`${moveLabel}=${id}`]);
}

/** With the volumes of the move that no label ties to the project: anonymous ones. */
async function lookAt(engine: Engine, { id, project }: MoveRecord): Promise<Observed> {
  for (const end = Date.now() + patience * 1000; ; ) {
    try {
      const [seen, made] = await Promise.all([
        observe(engine, { name: project }),
        engine.listVolumes({ labels: [`${moveLabel}=${id}`] }),
      ]);
      const others = made.filter(({ name }) => !seen.volumes.some((volume) => volume.name === name));
      return { ...seen, volumes: [...seen.volumes, ...others] };
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** `--abort`. @returns 0 */
export async function abortMove(stage: Stage, record: MoveRecord, discard: boolean): Promise<number> {
  if (record.phase === 'aborted' && record.left === true) return await cleanUp(stage, record);
  if (record.phase === 'aborted') {
    stage.say('info', `${record.id} was taken back already`);
    return exitCode.done;
  }
  if (record.phase === 'finished' || (record.phase === 'committed' && !discard)) {
    throw new UserError(
      'move-done',
      `${record.id} has succeeded: ${record.as ?? record.project} runs on ${record.to.name}`,
      {
        hint: `--finish ${record.id} removes the source; to move back: ${wayBack(record)}; with --discard-target, --abort gives up what was written since`,
        exit: exitCode.refused,
      },
    );
  }
  const [source, target] = stage.engines as readonly [Engine, Engine];
  if (!discard) await refuseLoss(source, target, record);
  return await goBack(
    stage,
    { ...record, phase: 'starting' },
    { done: exitCode.done, failed: exitCode.error },
  );
}

/** Removes what is left on a target that did not answer when the move was taken back. */
async function cleanUp(stage: Stage, record: MoveRecord): Promise<number> {
  const [source, target] = stage.engines as readonly [Engine, Engine];
  const [here, there] = await Promise.all([
    lookAt(source, record),
    lookAt(target, { ...record, project: record.as ?? record.project }),
  ]);
  refuseStranger({ ...record, phase: 'copying' }, there);
  await sweep(record, [target]);
  const plan = planMoveBack({ ...record, containers: [] }, here, there);
  const { exitCode: code } = await stage.run(plan, stage.context.kill);
  if (code !== 0) return code;
  const { left, ...rest } = record;
  writeRecord(stage.stateFolder, rest);
  stage.say('info', `nothing of ${record.id} is left on ${target.name}`);
  return exitCode.done;
}

function wayBack({ project, as, from, to }: MoveRecord): string {
  return as === undefined
    ? `tscompose migrate --from ${to.address} --to ${from.address}`
    : `tscompose rename ${as} ${project}`;
}

/** @throws UserError if the target may have written since its data was proved */
async function refuseLoss(
  source: Engine,
  target: Engine,
  { id, project, as, volumes, copies = volumes }: MoveRecord,
): Promise<void> {
  const { containers } = await observe(target, { name: as ?? project });
  const started = containers.filter(({ labels, state }) => labels[moveLabel] === id && state !== 'created');
  if (started.length === 0 || volumes.length === 0) return;
  const running = started.some(({ state }) => state === 'running' || state === 'paused');
  const places = (names: readonly string[]) => names.map((volume) => ({ volume }));
  const same =
    !running &&
    JSON.stringify(await digestVolumes(source, places(volumes))) ===
      JSON.stringify(await digestVolumes(target, places(copies)));
  if (same) return;
  throw new UserError(
    'target-wrote',
    `${as ?? project} has started on ${target.name} and may have written since`,
    {
      hint: `--resume ${id} goes on there; --abort ${id} --discard-target gives up what was written`,
      exit: exitCode.wouldDestroyData,
    },
  );
}
