import { UserError } from '../../diagnostic/errors.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { sleep } from '../cancel.ts';
import type { NodeContext, Outcome } from '../run.ts';

/** Milliseconds between two looks. */
const pace = 200;

/** Watches a new container for a while: it fails if it ends, is started again by the engine, or gets unhealthy. */
export async function monitorContainer(
  { container, milliseconds }: OperationOf<'monitor-container'>,
  { engine, idOf, signal, tell }: NodeContext,
): Promise<Outcome> {
  const id = idOf(container);
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const { state, restartCount } = await engine.inspectContainer(id);
    const trouble = !state.running
      ? `exited (${state.exitCode})`
      : state.restarting || restartCount > 0
        ? 'was started again by the engine'
        : state.health?.status === 'unhealthy'
          ? 'is unhealthy'
          : undefined;
    if (trouble !== undefined) {
      throw new UserError('container-failed', `container ${container.name} ${trouble} soon after its start`, {
        hint: 'see its logs for why',
      });
    }
    const left = deadline - performance.now();
    if (left <= 0) break;
    await sleep(Math.min(pace, left), signal);
  }
  tell('Done', 'Steady');
  return { told: true, changed: false };
}
