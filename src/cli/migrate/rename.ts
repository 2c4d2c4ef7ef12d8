import { helperProgram } from '../../data/program.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Project } from '../../model/project.ts';
import { observe } from '../../observe/collect.ts';
import type { ObservedContainer } from '../../observe/observed.ts';
import { refuse } from '../../pipeline.ts';
import type { MigrateIntent } from '../../plan/intent.ts';
import type { SyncChoices } from '../../plan/operations.ts';
import type { Plan } from '../../plan/plan.ts';
import { planRename } from '../../plan/rename.ts';
import { wantedReplicas } from '../../plan/selection.ts';
import { groupBy } from '../../util/group-by.ts';
import { observeForChanges } from '../make.ts';
import { materialsFor } from '../materials.ts';
import { keep } from '../revisions.ts';
import { type Context, openLoaded } from '../session.ts';
import { stateOf } from '../state.ts';
import { refuseTwoWriters } from './again.ts';
import { placeOf, runMove } from './move.ts';
import type { PlannedMove } from './plan.ts';
import { listRecords, type MoveRecord, moveId, readRecord } from './record.ts';

/** A project under both its names. */
export interface Names {
  readonly old: Project;
  readonly project: Project;
}

export type RenameRecord = MoveRecord & { readonly as: string };

/** The files read with either name. */
export async function loadNames(context: Context, before: string, after: string): Promise<Names> {
  const named = async (name: string) => {
    const global = { ...context.global, 'project-name': name };
    return (await openLoaded({ ...context, global })).project;
  };
  return { old: await named(before), project: await named(after) };
}

/** Looks at the engine and plans the rename. @param begun what an interrupted one has written down */
export async function planRenaming(
  context: Context,
  engine: Engine,
  { old, project }: Names,
  timeout: Pick<MigrateIntent, 'timeout'>,
  begun?: MoveRecord,
): Promise<PlannedMove & { readonly project: Project }> {
  const [here, there] = await Promise.all([
    observe(engine, old, observeForChanges(old, context)),
    observe(engine, project, { ...observeForChanges(project, context), preflight: true }),
  ]);
  const moving = here.containers.filter(({ oneOff }) => !oneOff);
  const id = begun?.id ?? moveId(project.name, moving, old.name);
  const how: SyncChoices = {
    ...{ id, maxDowntimeMs: 5000, onExceed: 'go', verify: 'changed', compress: 'none', data: 'relay' },
  };
  const intent = {
    ...{ command: 'migrate', services: [], id, how, ...timeout },
    ...(context.global.compatibility && { compatibility: true }),
    ...(begun !== undefined && { resume: { proved: begun.phase === 'starting' } }),
  } as const satisfies MigrateIntent;
  const start = begun?.containers.some(({ running }) => running) ?? moving.some(isRunning);
  const plan = planRename(
    old,
    project,
    here,
    there,
    { ...intent, start },
    materialsFor(project, engine.facts),
  );
  const before = begun ?? readRecord(stateOf(context, 'rename').folder, id);
  return { id, plan: await withHelper(engine, plan), intent, moving, project, before };
}

/** What a restart policy or the user wants to run. */
function isRunning({ state }: ObservedContainer): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

async function withHelper(engine: Engine, plan: Plan): Promise<Plan> {
  const copies = plan.nodes.some(({ operation }) => operation.kind === 'sync-volumes');
  if (!copies || (await helperProgram(engine.facts.arch)) !== undefined) return plan;
  const refusal = {
    ...{ code: 'no-helper', message: 'this build has no helper, which copies the volumes', exit: 3 },
    hint: 'build where a Go compiler is, or take a release',
  };
  return { ...plan, refusals: [...plan.refusals, refusal] };
}

/** The newest rename of that kind on that engine which was begun here and has no end. */
export function openRename(
  stateFolder: string,
  engine: Engine,
  before: string,
  after: string,
): RenameRecord | undefined {
  const { address } = placeOf(engine);
  return listRecords(stateFolder).findLast(
    (one): one is RenameRecord =>
      one.project === before &&
      one.as === after &&
      one.from.address === address &&
      ['copying', 'cut', 'starting'].includes(one.phase),
  );
}

/** Goes on with a rename that was interrupted. @returns the exit code */
export async function resumeRename(context: Context, engine: Engine, record: RenameRecord): Promise<number> {
  const names = await loadNames(context, record.project, record.as);
  const { timeout } = record.intent;
  const planned = await planRenaming(
    context,
    engine,
    names,
    timeout === undefined ? {} : { timeout },
    record,
  );
  refuse(planned.plan);
  if (record.phase === 'starting') await refuseTwoWriters(record, engine);
  return await finishRename(context, engine, planned, record);
}

/** Executes a planned rename. @returns the exit code */
export async function finishRename(
  context: Context,
  engine: Engine,
  planned: PlannedMove & { readonly project: Project },
  record: RenameRecord,
): Promise<number> {
  const { removeSource } = record;
  const code = await runMove(context, planned, record, [engine, engine], {
    removeSource,
    forward: undefined,
  });
  if (code !== 0) return code;
  if (record.containers.length > 0) {
    await keep(context, engine, planned.project, `rename from ${record.project}`, {
      scale: scaleOf(planned.project, record.containers),
    });
  }
  await tellNameInFiles(context, record.as);
  return code;
}

/** Numbers of containers where they are not those of the files. */
function scaleOf(project: Project, containers: MoveRecord['containers']): Record<string, number> {
  const groups = [...groupBy(containers, ({ service }) => service)];
  const counts = groups.map(([name, some]) => [name, some.length] as const);
  return Object.fromEntries(
    counts.filter(([name, count]) => name in project.services && wantedReplicas(project, name, {}) !== count),
  );
}

/** The next command reads the name from the files again. */
async function tellNameInFiles(context: Context, after: string): Promise<void> {
  const global = { ...context.global, 'project-name': undefined };
  try {
    const { project } = await openLoaded({ ...context, global });
    if (project.name === after) return;
    context.terminal.stderr.write(
      `warning: the files here still mean project "${project.name}" (set the top-level "name" to ${after}, or use -p ${after})\n`,
    );
  } catch {
    // Nothing to compare with.
  }
}
