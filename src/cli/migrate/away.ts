import { exitCode } from '../../diagnostic/errors.ts';
import type { Observed } from '../../observe/observed.ts';
import type { Plan } from '../../plan/plan.ts';
import { listRecords, type MoveRecord } from './record.ts';

/** Moves of a project that have succeeded and whose source is still there. */
export function movesOf(stateFolder: string, project: string): readonly MoveRecord[] {
  return listRecords(stateFolder).filter((one) => one.phase === 'committed' && one.project === project);
}

/** Starting what has gone elsewhere would make two writers: a plan that does so is refused. */
export function holdBack(plan: Plan, observed: Observed, moves: readonly MoveRecord[]): Plan {
  if (plan.command === 'run' || !plan.nodes.some(({ operation }) => operation.kind === 'start-container')) {
    return plan;
  }
  // By its containers, not by its address: one engine has several.
  const present = new Set(observed.containers.map(({ id }) => id));
  const move = moves.find(({ containers }) => containers.some(({ id }) => present.has(id)));
  if (move === undefined) return plan;
  const { id, project, from, to, as } = move;
  const back =
    as === undefined
      ? `tscompose migrate --from ${to.address} --to ${from.address} brings it back after that; `
      : '';
  const refusal = {
    code: 'moved-away',
    message: `${project} goes on ${as === undefined ? `at ${to.name}` : `as ${as}`}; what is here is what it was before`,
    exit: exitCode.refused,
    hint: `tscompose migrate --finish ${id} removes it; ${back}--abort ${id} --discard-target gives up what was written there`,
  };
  return { ...plan, refusals: [...plan.refusals, refusal] };
}
