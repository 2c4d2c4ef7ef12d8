import type { ContainerSummary, Engine } from '../engine/engine.ts';
import type { Context } from './session.ts';
import { stateOf } from './state.ts';

/**
 * Status texts by container id where ours and the engine's verdict differ: we have run a container's check with
 * success since its start, and the engine has not run it yet.
 */
export async function ownVerdicts(
  context: Context,
  engine: Engine,
  project: string,
  containers: readonly ContainerSummary[],
): Promise<ReadonlyMap<string, string>> {
  const starting = containers.filter(({ health }) => health === 'starting');
  if (starting.length === 0) return new Map();
  const { lastPassed } = await import('../execute/record/passed.ts');
  const passed = lastPassed(stateOf(context, 'ps').folder, project);
  const told = await Promise.all(
    starting.map(async ({ id, name, status }): Promise<[string, string][]> => {
      const time = passed.get(name);
      if (time === undefined) return [];
      // It may be gone by now.
      const details = await engine.inspectContainer(id).catch(() => undefined);
      if (details === undefined || !(Date.parse(details.state.startedAt) < time)) return [];
      const since = status.replace(/ *\(health: starting\)$/, '');
      return [[id, `${since} (healthy, engine: starting)`]];
    }),
  );
  return new Map(told.flat());
}
