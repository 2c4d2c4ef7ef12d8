import { EngineError } from '../../diagnostic/errors.ts';
import { isCancellation, sleep } from '../cancel.ts';

export interface RetryWish {
  /** Tries after the first one. */
  readonly retries: number;
  readonly signal: AbortSignal;
  /** Seconds that the registry asks to wait; undefined if it does not say. Asked once a registry has had enough. */
  readonly pause: () => Promise<number | undefined>;
  readonly onRetry: (error: EngineError, milliseconds: number, attempt: number) => void;
  /** For tests. */
  readonly random?: () => number;
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const firstPause = 1_000;
const longestPause = 30_000;
/** A registry that asks for more than this is not waited for: a minute. */
const patience = 60_000;

/**
 * Does a transfer again after a disturbance (time-out, reset, 5xx), each time after a longer pause of random
 * length. A registry that refuses to serve for now is waited for only if it says how long, and that is short:
 * trying again blindly costs what is left of the allowance. All other failures stay: they would come again.
 */
export async function withRetries<T>(work: () => Promise<T>, wish: RetryWish): Promise<T> {
  const wait = wish.wait ?? sleep;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt > wish.retries || wish.signal.aborted || isCancellation(error)) throw error;
      if (!(error instanceof EngineError)) throw error;
      const pause = await pauseFor(error, attempt, wish);
      if (pause === undefined) throw error;
      wish.onRetry(error, pause, attempt);
      await wait(pause, wish.signal);
    }
  }
}

/** Milliseconds until the next try; undefined if there is no point in one. */
async function pauseFor(error: EngineError, attempt: number, wish: RetryWish): Promise<number | undefined> {
  if (error.kind === 'transient') {
    const whole = Math.min(longestPause, firstPause * 2 ** (attempt - 1));
    return Math.round(whole * (0.5 + (wish.random ?? Math.random)() / 2));
  }
  if (error.kind !== 'limited') return undefined;
  const asked = await wish.pause().catch(() => undefined);
  if (asked === undefined || asked * 1000 > patience) return undefined;
  return Math.max(firstPause, asked * 1000);
}
