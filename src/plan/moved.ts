import { describe } from './describe.ts';
import { parsePlan, planJson } from './json.ts';
import type { Plan, PlanRefusal } from './plan.ts';

const shown = 3;

/**
 * Why a plan that was made earlier must not be executed: it is not what would be planned now. Both have to
 * carry their fingerprints. undefined: it is.
 */
export function movedSince(before: Plan, now: Plan): PlanRefusal | undefined {
  const [old, fresh] = [before, now].map(essence);
  const same = old === fresh;
  if (same && before.fingerprint === now.fingerprint) return undefined;
  const what =
    before.fingerprint !== now.fingerprint
      ? 'the project or what the engine holds has changed since the plan was made'
      : 'with these options, and what files hold now, another plan comes out';
  const [gone, added] = [missing(before, now), missing(now, before)];
  const lines = [...tell('no longer planned', gone), ...tell('planned now', added)];
  const hint = 'look at the new plan with `tscompose plan`, and write it with -o';
  return { code: 'plan-moved', message: [what, ...lines].join('\n'), hint, exit: 3 };
}

/** What is done, without what is only told: sizes grow while nothing else moves. */
function essence(plan: Plan): string {
  const nodes = plan.nodes.map(({ dataLoss, keeps: _, ...node }) => ({
    ...node,
    ...(dataLoss !== undefined && { dataLoss: dataLoss.map(({ volume }) => ({ volume })) }),
  }));
  const { command, project, replan } = plan;
  const kept = { command, project, nodes, unchanged: [], warnings: [], questions: [], refusals: [] };
  return planJson(parsePlan(planJson({ ...kept, ...(replan && { replan }) })));
}

function missing(from: Plan, to: Plan): readonly string[] {
  const there = new Set(to.nodes.map(({ operation }) => describe(operation).text));
  return from.nodes.map(({ operation }) => describe(operation).text).filter((text) => !there.has(text));
}

function tell(what: string, texts: readonly string[]): readonly string[] {
  if (texts.length === 0) return [];
  const more = texts.length > shown ? ` and ${texts.length - shown} more` : '';
  return [`  ${what}: ${texts.slice(0, shown).join(', ')}${more}`];
}
