import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../diagnostic/errors.ts';

interface Limits {
  /** How often it is called at most. */
  readonly times: number;
  /** Milliseconds before each further call. */
  readonly pause?: number;
}

/** Repeats a call that fails in a way that passes. */
export async function again<T>(
  call: () => Promise<T>,
  passes: (error: EngineError) => boolean,
  { times, pause }: Limits,
): Promise<T> {
  for (let left = times - 1; ; left--) {
    try {
      return await call();
    } catch (error) {
      if (left === 0 || !(error instanceof EngineError) || !passes(error)) throw error;
    }
    if (pause !== undefined) await sleep(pause);
  }
}
