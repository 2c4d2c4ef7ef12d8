import { helperProgram } from '../../data/program.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Project } from '../../model/project.ts';
import { observe } from '../../observe/collect.ts';
import { containersOf, forwarderOf } from '../../observe/membership.ts';
import { observeMove } from '../../observe/move.ts';
import type { Observed, ObservedContainer } from '../../observe/observed.ts';
import { fingerprintOf } from '../../plan/fingerprint.ts';
import type { MigrateIntent } from '../../plan/intent.ts';
import { movedServices, planMigrate } from '../../plan/migrate.ts';
import type { Plan } from '../../plan/plan.ts';
import { observeForChanges } from '../make.ts';
import { materialsFor } from '../materials.ts';
import type { Context } from '../session.ts';
import { stateOf } from '../state.ts';
import { sameEngine } from './engines.ts';
import { type MoveRecord, moveId, readRecord } from './record.ts';

export interface PlannedMove {
  readonly id: string;
  readonly plan: Plan;
  readonly intent: MigrateIntent;
  readonly moving: readonly ObservedContainer[];
  /** What was known of this very move when it was planned. */
  readonly before: MoveRecord | undefined;
}

/**
 * Looks at both engines and plans the move.
 * @param known of a move that goes on; else what the state folder tells
 * @throws UserError if both are one and the same engine
 */
export async function planMove(
  context: Context,
  project: Project,
  source: Engine,
  target: Engine,
  wish: MigrateIntent,
  known?: MoveRecord,
): Promise<PlannedMove> {
  const options = observeForChanges(project, context);
  const [here, there] = await Promise.all([
    observe(source, project, options),
    observe(target, project, { ...options, preflight: true }),
  ]);
  if (source.name === target.name || haveSame(here, there)) throw sameEngine(target.name);
  const moving = movedServices(project, wish).flatMap((name) => {
    const forwarder = forwarderOf(here, name);
    return [...containersOf(here, name), ...(forwarder === undefined ? [] : [forwarder])];
  });
  const id = known?.id ?? moveId(project.name, moving, target.facts.address);
  const before = known ?? readRecord(stateOf(context, 'migrate').folder, id);
  const [facts, helped] = await Promise.all([
    observeMove(source, target, moving, id),
    haveHelper([source, target]),
  ]);
  const { how, ...rest } = wish;
  const intent: MigrateIntent = {
    ...{ ...rest, id, facts, begun: before !== undefined },
    ...(helped && how !== undefined && { how: { ...how, id } }),
  };
  const made = planMigrate(project, here, there, intent, materialsFor(project, target.facts));
  const plan = {
    ...made,
    warnings: [...made.warnings, ...lossesOf(made, how !== undefined && !helped)],
    fingerprint: fingerprintOf(project, here, there),
  };
  return { id, plan, intent, moving, before };
}

/** What it costs that the engines copy volumes themselves. */
function lossesOf({ nodes }: Plan, noHelper: boolean): Plan['warnings'] {
  if (!nodes.some(({ operation }) => operation.kind === 'copy-volume')) return [];
  const losses =
    'the source is stopped for the whole copy, times keep only their seconds, attributes and holes are lost';
  const [code, reason, hint] = noHelper
    ? [
        'no-helper',
        'this build has no helper for one of the engines',
        'build where a Go compiler is, or take a release',
      ]
    : [
        'archive',
        'the engines copy the volumes themselves',
        'without --data archive the helper keeps all of that',
      ];
  return [{ code, message: `${reason}: ${losses}`, hint }];
}

async function haveHelper(engines: readonly Engine[]): Promise<boolean> {
  const found = await Promise.all(engines.map(({ facts }) => helperProgram(facts.arch)));
  return !found.includes(undefined);
}

/** An engine's own id is no proof: hosts made from one disk image share it. A container's id is never shared. */
function haveSame(here: Observed, there: Observed): boolean {
  const ids = new Set(there.containers.map(({ id }) => id));
  return here.containers.some(({ id }) => ids.has(id));
}
