import type { Engine } from '../engine/engine.ts';
import type { LoadRequest } from '../load/request.ts';
import { usedModels } from '../model/models.ts';
import type { Project } from '../model/project.ts';
import type { ObserveOptions } from '../observe/collect.ts';
import { type Context, openLoaded, withTarget } from './session.ts';

/**
 * Loads the project of a command that makes containers, and connects at the same time.
 * @param amended the project with what the command line says of it
 */
export async function withProject<R>(
  context: Context,
  request: Partial<LoadRequest>,
  use: (engine: Engine, project: Project) => Promise<R>,
  amended: (project: Project) => Project = (project) => project,
): Promise<R> {
  return await withTarget(
    context,
    () => openLoaded(context, { ...request, onlyNeeded: true }),
    async (engine, { project, lock, remotes }) => {
      const { applyLock } = await import('./lock.ts');
      return await use(engine, await applyLock(context, engine, amended(project), lock, remotes));
    },
  );
}

interface ObserveWish {
  readonly starts?: boolean;
  /** This may be the first time that the project is brought up: look for its former name. */
  readonly first?: boolean;
}

/** What has to be seen of an engine to decide which containers have changed. */
export function observeForChanges(
  project: Project,
  { global, signal, terminal }: Context,
  { starts = true, first = false }: ObserveWish = {},
): ObserveOptions {
  return {
    ...(starts && { unstarted: true }),
    ...(Object.keys(project.volumes).length > 0 && { snapshots: true }),
    ...(global.compatibility && { compatibility: true }),
    ...(first && {
      former: async (engine, wanted) =>
        (await import('./former.ts')).lookForFormer({ global, terminal }, engine, wanted),
    }),
    ...(usedModels(project, Object.keys(project.services)).length > 0 && {
      models: async () => {
        const { ModelRunner } = await import('../execute/model-runner/program.ts');
        const { environment, workingDir } = project;
        return await ModelRunner.find({ environment, workingDir, signal }).facts();
      },
    }),
  };
}
