import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../diagnostic/errors.ts';

/** Milliseconds between two attempts, and how many there are. */
const pause = 100;
const attempts = 20;

/**
 * Repeats a call that fails because two networks have one name: where two commands have made them at one moment,
 * one takes its own back (`createNetwork`).
 */
export async function onceUnambiguous<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const ambiguous = error instanceof EngineError && error.message.includes('is ambiguous');
      if (!ambiguous || attempt === attempts) throw error;
      await sleep(pause);
    }
  }
}
