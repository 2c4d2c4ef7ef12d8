import { setImmediate as others } from 'node:timers/promises';

/** Milliseconds of work after which everything else gets its turn. */
const slice = 10;

/** Goes through steps and lets everything else happen in between. */
export async function atLeisure(steps: Iterable<void>): Promise<void> {
  let began = performance.now();
  for (const _ of steps) {
    if (performance.now() - began < slice) continue;
    await others();
    began = performance.now();
  }
}
