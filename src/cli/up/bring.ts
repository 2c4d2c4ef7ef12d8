import type { Engine } from '../../engine/engine.ts';
import { hasJournal } from '../../execute/record/journal.ts';
import type { Project } from '../../model/project.ts';
import type { Outcome } from '../../pipeline.ts';
import type { UpIntent } from '../../plan/intent.ts';
import type { Plan } from '../../plan/plan.ts';
import { planUp } from '../../plan/up.ts';
import { type Change, change } from '../change.ts';
import { observeForChanges } from '../make.ts';
import { materialsFor } from '../materials.ts';
import type { Context } from '../session.ts';
import { stateOf } from '../state.ts';

export interface BringWish
  extends Pick<
    Change,
    'yes' | 'atomic' | 'quietPull' | 'quietBuild' | 'timeline' | 'hookOutput' | 'beforeStart'
  > {
  readonly intent: UpIntent;
  /** What is to happen to orphans. */
  readonly orphans?: Pick<UpIntent, 'removeOrphans' | 'forceForeign' | 'ignoreOrphans'>;
  /** Remove images that were replaced earlier. */
  readonly pruneSuperseded?: boolean;
  /** Told each plan before it is executed. */
  readonly planned?: (plan: Plan) => void;
}

/** Makes the engine hold what the project says, and keeps that as a revision. */
export async function bringUp(
  context: Context,
  engine: Engine,
  project: Project,
  { intent, orphans, pruneSuperseded = false, planned, ...how }: BringWish,
): Promise<Outcome> {
  const materials = materialsFor(project, engine.facts);
  const target = { name: project.name, project };
  const outcome = await change(context, engine, target, {
    ...{
      command: 'up',
      observe: observeForChanges(project, context, { starts: intent.start, first: true }),
      ...how,
    },
    plan: (observed, round) => {
      const plan = planUp(project, observed, { ...intent, ...orphans, ...round }, materials);
      planned?.(plan);
      return plan;
    },
  });
  const done = outcome.result !== undefined && outcome.exitCode === 0 && intent.start;
  // Where nothing changed, this revision is kept already; unless others brought the group up.
  if (done && (outcome.plan.nodes.length > 0 || !hasJournal(stateOf(context, 'up').folder, project.name))) {
    await (await import('../revisions.ts')).keep(context, engine, project, 'up', intent);
  }
  if (!pruneSuperseded) return outcome;
  const superseded = await import('./superseded.ts');
  return {
    ...outcome,
    exitCode: await superseded.pruneSuperseded(context, engine, project.name, outcome),
  };
}
