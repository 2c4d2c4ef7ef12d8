import { exitCode, UserError } from '../../diagnostic/errors.ts';
import type { Project } from '../../model/project.ts';
import { refuse } from '../../pipeline.ts';
import type { Context } from '../session.ts';
import { openLoaded } from '../session.ts';
import { abortMove } from './back.ts';
import { engineAt } from './engines.ts';
import { finishMove } from './finish.ts';
import { runMove } from './move.ts';
import { planMove } from './plan.ts';
import { type MoveRecord, mustRead } from './record.ts';
import { onStage } from './run.ts';

/** `--resume`: what is left of an interrupted move is planned anew, from what both engines hold. */
export async function resumeMove(
  context: Context,
  stateFolder: string,
  id: string,
  forward: number | undefined,
): Promise<number> {
  const record = mustRead(stateFolder, id);
  if (record.phase === 'committed' || record.phase === 'finished') {
    context.terminal.stderr.write(`${record.as ?? record.project} runs on ${record.to.name} already\n`);
    return exitCode.done;
  }
  if (record.phase === 'aborted') {
    throw new UserError('move-aborted', `${id} was taken back: the source serves`, {
      hint:
        record.as === undefined
          ? `begin again: tscompose migrate --to ${record.to.address}`
          : `begin again: tscompose rename ${record.project} ${record.as}`,
      exit: exitCode.refused,
    });
  }
  if (record.as !== undefined) {
    const { resumeRename } = await import('./rename.ts');
    return await withBoth(context, record, (engine) =>
      resumeRename(asBefore(context, record), engine, { ...record, as: record.as ?? '' }),
    );
  }
  const { project } = await openLoaded(asBefore(context, record));
  return await withBoth(context, record, async (source, target) => {
    const proved = record.phase === 'starting';
    const wish = {
      ...record.intent,
      command: 'migrate',
      services: record.services,
      resume: { proved },
    } as const;
    const planned = await planMove(context, project, source, target, wish, record);
    refuse(planned.plan);
    if (proved) await refuseTwoWriters(record, source);
    return await runMove(context, planned, record, [source, target], {
      removeSource: record.removeSource,
      forward,
    });
  });
}

/** @throws UserError if the source was started by someone while the target may run */
export async function refuseTwoWriters(
  { id, containers }: MoveRecord,
  source: Awaited<ReturnType<typeof engineAt>>,
): Promise<void> {
  const known = new Set(containers.map((one) => one.id));
  const alive = (await source.listContainers({})).filter((one) => known.has(one.id));
  if (alive.length === 0) return;
  const names = alive.map(({ name }) => name).join(', ');
  throw new UserError('source-runs', `${names} was started again on ${source.name}`, {
    hint: `stop it there to go on with the target, or give up the target: --abort ${id} --discard-target`,
    exit: exitCode.refused,
  });
}

/** `--abort`. */
export async function abort(
  context: Context,
  stateFolder: string,
  id: string,
  discard: boolean,
): Promise<number> {
  const record = mustRead(stateFolder, id);
  return await withBoth(context, record, (source, target) =>
    onStage(context, record, [source, target], (stage) =>
      abortMove(stage, mustRead(stateFolder, id), discard),
    ),
  );
}

/** `--finish`. */
export async function finish(context: Context, stateFolder: string, id: string): Promise<number> {
  const record = mustRead(stateFolder, id);
  const project = await projectOf(context, record);
  return await withBoth(context, record, (source, target) =>
    onStage(context, record, [source, target], (stage) =>
      finishMove(stage, mustRead(stateFolder, id), project),
    ),
  );
}

/** The project tells which networks are external; without its files, engines refuse to remove what others use. */
async function projectOf(context: Context, record: MoveRecord): Promise<Project | undefined> {
  try {
    return (await openLoaded(asBefore(context, record))).project;
  } catch {
    return undefined;
  }
}

export function asBefore(context: Context, record: MoveRecord): Context {
  return {
    ...context,
    global: {
      ...context.global,
      ...{ file: record.files, profile: record.profiles, 'env-file': record.envFiles },
      ...{ 'project-directory': record.projectDirectory, 'project-name': record.project },
    },
  };
}

async function withBoth<R>(
  context: Context,
  { from, to }: MoveRecord,
  use: (
    source: Awaited<ReturnType<typeof engineAt>>,
    target: Awaited<ReturnType<typeof engineAt>>,
  ) => Promise<R>,
): Promise<R> {
  const source = await engineAt(context, from.address);
  try {
    const target = await engineAt(context, to.address);
    try {
      return await use(source, target);
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
}
