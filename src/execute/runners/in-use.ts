import { EngineError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { sleep } from '../cancel.ts';
import type { NodeContext, Outcome } from '../run.ts';

/** Removes what others may still use: then it stays, which is told and is no failure; what is gone is gone. */
async function remove(context: NodeContext, work: () => Promise<void>): Promise<Outcome> {
  try {
    await work();
    return {};
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.kind === 'not-found') {
      context.tell('Warning', 'No resource found to remove');
      return { told: true, changed: false };
    }
    if (error.kind === 'conflict' && context.node.optional === true) {
      context.tell('Warning', 'Resource is still in use', { details: error.message });
      return { told: true, changed: false };
    }
    throw error;
  }
}

export function removeNetwork(o: OperationOf<'remove-network'>, context: NodeContext): Promise<Outcome> {
  return remove(context, () => removeWhenLeft(o.id, context));
}

/** Engines take a moment to let go of the endpoints of containers that are gone. */
const lettingGo = [50, 100, 200, 400];

async function removeWhenLeft(id: string, { engine, signal }: NodeContext): Promise<void> {
  for (const pause of lettingGo) {
    try {
      return await engine.removeNetwork(id);
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind !== 'conflict') throw error;
      const network = await engine.inspectNetwork(id);
      const users = await Promise.all((network?.containers ?? []).map((one) => isThere(engine, one)));
      if (users.includes(true)) throw error;
      await sleep(pause, signal);
    }
  }
  await engine.removeNetwork(id);
}

async function isThere(engine: Engine, container: string): Promise<boolean> {
  try {
    await engine.inspectContainer(container);
    return true;
  } catch {
    return false;
  }
}

export function removeVolume(o: OperationOf<'remove-volume'>, context: NodeContext): Promise<Outcome> {
  return remove(context, () => context.engine.removeVolume(o.name));
}

export function removeImage(o: OperationOf<'remove-image'>, context: NodeContext): Promise<Outcome> {
  return remove(context, () => context.engine.removeImage(o.image, { force: o.force === true }));
}

/** One that is gone already, or is being removed by another, is as wanted. */
export async function removeContainer(
  { container, force, volumes }: OperationOf<'remove-container'>,
  { engine, idOf }: NodeContext,
): Promise<Outcome> {
  try {
    await engine.removeContainer(idOf(container), { force, volumes });
    return {};
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.kind !== 'not-found' && !/removal of container .* is already in progress/.test(error.message))
      throw error;
    return { changed: false };
  }
}
