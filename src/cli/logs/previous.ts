import type { Engine } from '../../engine/engine.ts';
import { stateOf } from '../../logs/runs.ts';
import { unixTime } from '../../util/unix-time.ts';

/**
 * The time of the run before a container's last one, for `since` and `until`. Where it began is known only if
 * the engine still remembers the end of the run before it.
 * @param now seconds since 1970
 * @returns undefined if the container was never started again
 */
export async function previousRun(
  engine: Engine,
  id: string,
  now: number,
): Promise<{ readonly since?: string; readonly until: string } | undefined> {
  const state = await stateOf(engine, id);
  if (state === undefined) return undefined;
  const ends = await endsOf(engine, id, now);
  const finished = Date.parse(state.finishedAt) > 0 ? unixTime(state.finishedAt) : undefined;
  // The last end belongs to the last run, unless that one goes on.
  const earlier = state.running ? ends : ends.slice(0, -1);
  const until = earlier.at(-1) ?? (state.running ? finished : undefined);
  if (until === undefined) return undefined;
  const since = earlier.at(-2);
  return { until, ...(since !== undefined && { since }) };
}

async function endsOf(engine: Engine, id: string, now: number): Promise<readonly string[]> {
  const ends: string[] = [];
  const until = now.toFixed(3);
  const filter = { types: ['container'], containers: [id], since: '1', until } as const;
  for await (const event of await engine.events(filter, AbortSignal.timeout(5000))) {
    if (event.action !== 'die' || event.id !== id) continue;
    const text = event.timeNano.toString().padStart(10, '0');
    ends.push(`${text.slice(0, -9)}.${text.slice(-9)}`);
  }
  return ends;
}
