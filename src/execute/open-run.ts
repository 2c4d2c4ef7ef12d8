import type { Engine } from '../engine/engine.ts';
import type { Plan } from '../plan/plan.ts';
import type { ExecuteOptions } from './options.ts';
import { RollProgress } from './rolling/progress.ts';
import type { Run } from './run.ts';
import { ContainerWatch } from './wait/watch.ts';

const defaultPatience = 10_000;

/** @param over ends the watches */
export function openRun(plan: Plan, options: ExecuteOptions, over: AbortSignal): Run {
  const watches = new Map<Engine, ContainerWatch>();
  const images = new Map<string, Promise<string | undefined>>();
  const key = (engine: Engine, reference: string) => `${engine.name}\n${reference}`;
  return {
    ...{ plan, options },
    created: new Map(),
    provided: new Map(),
    deaf: new Map(),
    manifests: new Map(),
    rolls: new RollProgress(plan),
    carriers: new Map(),
    watch: (engine) => {
      const known = watches.get(engine);
      if (known !== undefined) return known;
      const watch = new ContainerWatch(engine, plan.project, over, options.patience ?? defaultPatience);
      watches.set(engine, watch);
      return watch;
    },
    imageId: (engine, reference) => {
      const known = images.get(key(engine, reference));
      if (known !== undefined) return known;
      const asked = engine.inspectImage(reference).then((image) => image?.id);
      images.set(key(engine, reference), asked);
      return asked;
    },
    forgetImage: (engine, reference) => images.delete(key(engine, reference)),
  };
}
