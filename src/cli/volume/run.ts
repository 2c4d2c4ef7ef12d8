import type { Engine } from '../../engine/engine.ts';
import { isProtected } from '../../model/safety.ts';
import type { Observed } from '../../observe/observed.ts';
import type { Target } from '../../pipeline.ts';
import type { ProjectOrName } from '../../plan/down.ts';
import type { Plan } from '../../plan/plan.ts';
import { type Change, change } from '../change.ts';
import { planTarget } from '../commands/group.ts';
import { type Context, onTarget } from '../session.ts';
import { dropExpired } from './expired.ts';

interface Ready {
  readonly target: ProjectOrName;
  readonly environment: Readonly<Record<string, string>>;
  /** Volumes that the last revision of the project protects, for when there is no compose file. */
  readonly protectedVolumes: readonly string[];
}

/** Runs one of the commands that work on snapshots, and drops those whose time is over. */
export function changeSnapshots(
  context: Context,
  command: string,
  how: Partial<Change>,
  plan: (ready: Ready, observed: Observed) => Plan,
): Promise<number> {
  return onTarget(context, async (engine, target) => {
    const ready = {
      target: planTarget(target),
      environment: target.project?.environment ?? context.terminal.environment,
      protectedVolumes: await protectedBefore(engine, target),
    };
    const outcome = await change(context, engine, target, {
      command,
      observe: { images: false, snapshots: 'with-volumes' },
      ...{ sizes: true, ...how },
      plan: (observed) => plan(ready, observed),
    });
    if (outcome.result !== undefined && outcome.exitCode === 0) await dropExpired(engine);
    return outcome.exitCode;
  });
}

/** Volumes that the last revision of a project protects; none if there is a compose file, which says so itself. */
export async function protectedBefore(engine: Engine, { name, project }: Target): Promise<readonly string[]> {
  if (project !== undefined) return [];
  const revisions = await (await import('../../revisions/store.ts')).listRevisions(engine, name);
  const volumes = Object.values(revisions.at(-1)?.content.project.volumes ?? {});
  return volumes.filter(isProtected).map((volume) => volume.name);
}
