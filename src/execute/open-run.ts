import type { Engine } from '../engine/engine.ts';
import type { ImageDetails } from '../engine/images.ts';
import { contentId } from '../model/platform.ts';
import type { Plan } from '../plan/plan.ts';
import type { ExecuteOptions } from './options.ts';
import { RollProgress } from './rolling/progress.ts';
import type { Run } from './run.ts';
import { ContainerWatch } from './wait/watch.ts';

const defaultPatience = 10_000;

/** @param over ends the watches */
export function openRun(plan: Plan, options: ExecuteOptions, over: AbortSignal): Run {
  const watches = new Map<Engine, ContainerWatch>();
  const images = new Map<string, Promise<ImageDetails | undefined>>();
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
    imageId: async (engine, reference, platform) => {
      const at = key(engine, reference);
      const asked = images.get(at) ?? engine.inspectImage(reference, { platforms: true });
      images.set(at, asked);
      const image = await asked;
      if (image === undefined) return undefined;
      const { os, arch, variant } = image;
      return contentId(image, platform ?? [os, arch, variant].filter((part) => part !== '').join('/'));
    },
    forgetImage: (engine, reference) => images.delete(key(engine, reference)),
  };
}
