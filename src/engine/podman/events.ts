import type { Api } from '../client/api.ts';
import { events } from '../client/events.ts';
import type { EngineEvent, EventFilter } from '../engine.ts';
import { HealthKeeper } from './health.ts';

/**
 * Podman's events in Docker's words. Health events come without the result, and without systemd not at
 * all: while someone listens, `HealthKeeper` runs the checks and its changes are told here.
 */
export async function podmanEvents(
  api: Api,
  filter: EventFilter,
  signal: AbortSignal,
): Promise<AsyncIterable<EngineEvent>> {
  const stream = await pastToo(api, filter, signal);
  if (filter.types !== undefined && !filter.types.includes('container')) return stream;
  return withHealth(api, stream, filter, signal);
}

/** Podman tells events of the past only while it listens for new ones too: it is asked beyond the end, which is cut. */
async function pastToo(
  api: Api,
  filter: EventFilter,
  signal: AbortSignal,
): Promise<AsyncIterable<EngineEvent>> {
  const { until } = filter;
  const soon = Math.floor(Date.now() / 1000) + 2;
  if (until === undefined || !(Number(until) < soon)) return events(api, filter, signal);
  const stream = await events(api, { ...filter, until: `${soon}` }, signal);
  const last = BigInt(Math.round(Number(until) * 1000)) * 1_000_000n;
  return (async function* () {
    for await (const event of stream) if (event.timeNano <= last) yield event;
  })();
}

async function* withHealth(
  api: Api,
  stream: AsyncIterable<EngineEvent>,
  filter: EventFilter,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const ready: EngineEvent[] = [];
  let wake = () => {};
  let failure: unknown;
  let over = false;
  const tell = (event: EngineEvent) => {
    ready.push(event);
    wake();
  };
  const keeper = new HealthKeeper(api, tell);
  const reading = (async () => {
    try {
      keeper.watchRunning(filter).catch(() => {});
      for await (const event of stream) {
        if (event.action === 'health_status') keeper.look(event.id);
        else tell(event);
        if (event.action === 'start') keeper.watch(event.id);
        if (['die', 'destroy', 'pause'].includes(event.action)) keeper.forget(event.id);
        if (event.action === 'unpause') keeper.watch(event.id);
      }
    } catch (error) {
      failure = error;
    }
    over = true;
    wake();
  })();
  try {
    while (!signal.aborted) {
      const event = ready.shift();
      if (event !== undefined) {
        yield event;
        continue;
      }
      if (over) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (failure !== undefined && !signal.aborted) throw failure;
  } finally {
    keeper.close();
    void reading;
  }
}
