import { EngineError } from '../../diagnostic/errors.ts';
import type { ContainerRef, OperationOf } from '../../plan/operations.ts';
import { orCancelled, sleep } from '../cancel.ts';
import type { NodeContext, Outcome, Run } from '../run.ts';
import { deafTo } from '../stop/deaf.ts';

const defaultGrace = 10;

/**
 * Stops a container. One whose first process does not handle the stop signal is killed at once: the
 * signal would be dropped, and waiting would change nothing; unless a hook has told it that this is the end.
 */
export async function stopContainer(
  { container, timeout, signal }: OperationOf<'stop-container'>,
  context: NodeContext,
): Promise<Outcome> {
  const { engine, idOf, run } = context;
  const id = idOf(container);
  try {
    if (run.options.grace !== 'always' && timeout !== 0 && !hasFarewell(run, container)) {
      const details = await engine.inspectContainer(id);
      if (!details.state.running && !details.state.restarting) return { changed: false };
      const deaf = await deafTo(engine, details, signal);
      if (deaf !== undefined) {
        run.deaf.set(container.name, deaf);
        await engine.stopContainer(id, 0);
        return {};
      }
    }
    if (signal === undefined) await engine.stopContainer(id, timeout);
    else await stopBySignal(context, id, signal, timeout ?? defaultGrace);
    return {};
  } catch (error) {
    // Removed by someone else in the meantime: what was wanted.
    if (error instanceof EngineError && error.kind === 'not-found') return { changed: false };
    throw error;
  }
}

/** A hook before the stop may have asked the process to end in a way of its own: then it gets its time. */
function hasFarewell({ plan }: Run, { name }: ContainerRef): boolean {
  return plan.nodes.some(
    ({ operation: other }) =>
      other.kind === 'run-hook' && other.phase === 'pre_stop' && other.container.name === name,
  );
}

async function stopBySignal(
  { engine, signal }: NodeContext,
  id: string,
  name: string,
  seconds: number,
): Promise<void> {
  const over = new AbortController();
  const ended = engine.waitContainer(id, 'not-running', over.signal);
  try {
    await engine.killContainer(id, name);
    const late = sleep(seconds * 1000, AbortSignal.any([signal, over.signal])).then(() => 'late' as const);
    late.catch(() => {});
    if ((await orCancelled(Promise.race([ended, late]), signal)) === 'late') await engine.killContainer(id);
    await ended;
  } finally {
    over.abort();
  }
}
