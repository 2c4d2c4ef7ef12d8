import { Readable } from 'node:stream';
import type { More } from '../events.ts';
import type { NodeContext } from '../run.ts';

const pause = 250;

/** How far a transfer is. @param total may turn out to be too low; 0: not known */
export function progressOf(bytes: number, total = 0): Pick<More, 'current' | 'total' | 'percent'> {
  const share = { total, percent: Math.min(99, Math.floor((100 * bytes) / total)) };
  return { current: bytes, ...(total > 0 && share) };
}

/** The same stream; tells the bytes that have gone through it, a few times a second. */
export function counted(stream: Readable, { tell }: NodeContext, total?: number): Readable {
  let bytes = 0;
  let last = 0;
  async function* through(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      bytes += chunk.length;
      const now = Date.now();
      if (now - last >= pause) {
        last = now;
        tell('Working', 'Copying', progressOf(bytes, total));
      }
      yield chunk;
    }
  }
  const counting = Readable.from(through(), { objectMode: false });
  counting.once('close', () => stream.destroy());
  return counting;
}
