import type { Observed } from '../../observe/observed.ts';
import type { Target } from '../../pipeline.ts';
import type { ProjectOrName } from '../../plan/down.ts';
import type { Plan } from '../../plan/plan.ts';
import { change } from '../change.ts';
import { type Context, onTarget } from '../session.ts';

/** The planners' view of a target. */
export function planTarget({ name, project }: Target): ProjectOrName {
  return { name, ...(project !== undefined && { project }) };
}

/**
 * Runs a command that works on the containers of a project as they are.
 * @param nothing what to tell when there was nothing to do
 */
export async function changeGroup(
  context: Context,
  command: string,
  plan: (target: ProjectOrName, observed: Observed) => Plan,
  nothing?: (target: Target) => string | undefined,
): Promise<number> {
  return await onTarget(context, async (engine, target) => {
    const outcome = await change(context, engine, target, {
      command,
      observe: { images: false },
      plan: (observed) => plan(planTarget(target), observed),
    });
    const text =
      outcome.result !== undefined && outcome.plan.nodes.length === 0 ? nothing?.(target) : undefined;
    if (text !== undefined) context.terminal.stderr.write(`${text}\n`);
    return outcome.exitCode;
  });
}
