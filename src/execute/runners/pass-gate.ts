import type { OperationOf } from '../../plan/operations.ts';
import { verdictOn } from '../../plan/rolling/roll.ts';
import { sleep } from '../cancel.ts';
import type { NodeContext, Outcome } from '../run.ts';

/** Decides whether a rolling update goes on, and waits its delay. */
export async function passGate(
  { service, replaced, of, delayMs }: OperationOf<'pass-gate'>,
  { run, signal, notice }: NodeContext,
): Promise<Outcome> {
  const roll = run.rolls.rollOf(service);
  if (roll !== undefined) {
    const last = replaced === of;
    const state = run.rolls.state(roll);
    const verdict = verdictOn(roll, state, last);
    if (verdict === 'pause') throw run.rolls.error(roll, last ? 'is not complete' : 'was stopped');
    if (verdict !== 'go on') throw run.rolls.error(roll, 'is not complete');
    if (last && state.failed > 0) {
      const text = `${service}: ${state.failed} of ${roll.size} containers could not be updated, which its update_config allows`;
      notice('warning', text, 'bring it up again to try them once more');
    }
  }
  if (delayMs !== undefined) await sleep(delayMs, signal);
  return { changed: false };
}
