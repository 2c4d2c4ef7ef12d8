import type { ResourceEvent } from '../execute/events.ts';
import { openOutput } from './progress.ts';
import type { Context } from './session.ts';

export interface Told<R> {
  /** What it is done to: `shop-db-1`. */
  readonly id: string;
  readonly begin: string;
  readonly done: string | ((result: R) => string);
  /** In a dry run, where there is no result; default: `begin`. */
  readonly dry?: string;
  readonly details?: string;
  readonly work: () => Promise<R>;
}

/** Runs pieces of work side by side and shows their progress; in a dry run it is only told what they are. */
export async function telling<R>(
  context: Context,
  command: string,
  all: readonly Told<R>[],
): Promise<readonly R[]> {
  const progress = await openOutput(context, { command });
  const tell = ({ id, details }: Told<R>, status: ResourceEvent['status'], text: string) =>
    progress.emit({
      ...{ type: 'resource', time: Date.now(), id, status, text },
      ...(details !== undefined && { details }),
    });
  try {
    const ends = await Promise.allSettled(
      all.map(async (one) => {
        tell(one, 'Working', one.begin);
        if (context.global['dry-run']) {
          tell(one, 'Done', typeof one.done === 'string' ? one.done : (one.dry ?? one.begin));
          return [];
        }
        try {
          const result = await one.work();
          tell(one, 'Done', typeof one.done === 'string' ? one.done : one.done(result));
          return [result];
        } catch (error) {
          tell(one, 'Error', 'Error');
          throw error;
        }
      }),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
  } finally {
    await progress.close();
  }
}
