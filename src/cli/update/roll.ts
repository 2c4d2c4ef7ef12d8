import type { Engine } from '../../engine/engine.ts';
import { withLock } from '../../lock/apply.ts';
import { parentsOf } from '../../model/graph.ts';
import { imageName } from '../../model/names.ts';
import type { Project } from '../../model/project.ts';
import { containersOf } from '../../observe/membership.ts';
import { planBuild } from '../../plan/build.ts';
import type { UpIntent } from '../../plan/intent.ts';
import { planPull } from '../../plan/pull.ts';
import { planUp } from '../../plan/up.ts';
import { change } from '../change.ts';
import { writeLock } from '../lock.ts';
import { observeForChanges } from '../make.ts';
import { materialsFor } from '../materials.ts';
import { keep } from '../revisions.ts';
import type { Context, OpenLoaded } from '../session.ts';
import { pruneSuperseded } from '../up/superseded.ts';
import { keepImages } from './keep.ts';
import type { Newer } from './newer.ts';

/**
 * Brings services to newer versions: container by container, put back if a new one does not come up and stay up.
 * Services that share namespaces or volumes go all at once, and back all at once. Only what runs is replaced; for
 * the rest the images are brought. The lock moves when all is well.
 * @returns the exit code
 */
export async function rollTo(
  context: Context,
  engine: Engine,
  { project: loaded, lock: found }: OpenLoaded,
  { changes, lock, services }: Newer,
  { prune, ...more }: Pick<UpIntent, 'timeout' | 'waitTimeoutMs'> & { readonly prune: boolean },
): Promise<number> {
  const project = lock === undefined ? loaded : withLock(loaded, lock);
  const inTurn = !services.some((name) => isShared(project, name));
  const materials = materialsFor(project, engine.facts);
  // What starts from a newer image is built anew.
  const built = services.filter((name) => project.services[name]?.build !== undefined);
  const named = built.map((name) => imageName(project.name, name, project.services[name]!));
  const moved = [...(lock === undefined ? changes.map(({ name }) => name) : []), ...named];
  const before = await keepImages(engine, moved);
  const outcome = await change(
    context,
    engine,
    { name: project.name, project },
    {
      command: 'update',
      ...(!inTurn && { atomic: true }),
      observe: observeForChanges(project, context),
      plan: (observed, round) => {
        const running = services.filter((name) => containersOf(observed, name).length > 0);
        if (running.length === 0) {
          return built.length > 0
            ? planBuild(project, observed, { command: 'build', services: built })
            : planPull(project, observed, { command: 'pull', services });
        }
        const intent: UpIntent = {
          ...{ command: 'up', services: running, start: true, noDeps: true },
          ...(inTurn ? { inTurn } : { atomic: true, wait: true }),
          ...(lock === undefined && { pull: 'always' }),
          ...(built.length > 0 && { build: true }),
          ...(context.global.compatibility && { compatibility: true }),
          ...{ ...more, ...round },
        };
        return planUp(project, observed, intent, materials);
      },
    },
  );
  if (outcome.exitCode !== 0 && outcome.result !== undefined) {
    // The names go back to the images that work, or the next `up` would take the new ones.
    await before.restore();
    return outcome.exitCode;
  }
  await before.forget();
  if (outcome.result !== undefined) await keep(context, engine, project, 'update');
  if (lock !== undefined && outcome.result !== undefined) await writeLock(found.path, lock);
  return prune ? await pruneSuperseded(context, engine, project.name, outcome) : outcome.exitCode;
}

/** Containers that live in those of others can't be replaced one by one. */
function isShared({ services }: Project, name: string): boolean {
  const sharers = Object.values(services).some((service) => parentsOf(service).includes(name));
  return sharers || parentsOf(services[name]!).length > 0;
}
