import type { Plan } from '../plan/plan.ts';
import type { Emit } from './events.ts';
import { withProviderEdges } from './provider/edges.ts';
import { openTelling } from './telling.ts';

/** Tells of every step of a plan as if it were done. Nothing is. */
export function rehearse(plan: Plan, emit: Emit): void {
  const nodes = withProviderEdges(plan.nodes);
  const telling = openTelling(plan, nodes, emit);
  telling.unchanged();
  for (const node of nodes) {
    telling.begins(node);
    telling.done(node, 0);
  }
}
