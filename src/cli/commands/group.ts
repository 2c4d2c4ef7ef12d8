import type { Engine } from '../../engine/engine.ts';
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
 * @param needsImages look up the project's images too
 * @param then done after it went well
 */
export async function changeGroup(
  context: Context,
  command: string,
  plan: (target: ProjectOrName, observed: Observed) => Plan,
  nothing?: (target: Target) => string | undefined,
  needsImages = false,
  then?: (engine: Engine, target: Target) => Promise<void>,
): Promise<number> {
  return await onTarget(context, async (engine, target) => {
    const outcome = await change(context, engine, target, {
      command,
      observe: { images: needsImages },
      plan: (observed) => plan(planTarget(target), observed),
    });
    const done = outcome.result !== undefined;
    const text = done && outcome.plan.nodes.length === 0 ? nothing?.(target) : undefined;
    if (text !== undefined) context.terminal.stderr.write(`${text}\n`);
    if (done && outcome.exitCode === 0) await then?.(engine, target);
    return outcome.exitCode;
  });
}
