import { exitCode } from '../../diagnostic/errors.ts';
import type { Context } from '../session.ts';
import { type OpenWish, openWatch } from './open.ts';

/** Follows files until Ctrl-C. Containers go on. @returns the exit code */
export async function followUntilInterrupt({ signal }: Context, wish: OpenWish): Promise<number> {
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  if (!signal.aborted) {
    const session = await openWatch(wish);
    await interrupted;
    wish.output.log('Watch disabled');
    await session.stop();
  }
  return exitCode.interrupted;
}
