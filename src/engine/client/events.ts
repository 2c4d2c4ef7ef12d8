import { objectOf, parseJson, textMapOf, textOf } from '../../util/json.ts';
import type { EngineEvent, EventFilter } from '../engine.ts';
import type { Api } from './api.ts';
import { hasLabel } from './filters.ts';

/** Podman's words for what Docker calls otherwise. */
const actions: Readonly<Record<string, string>> = {
  'container died': 'die',
  'container exec': 'exec_start',
  'container exec_died': 'exec_die',
  'container remove': 'destroy',
  'network remove': 'destroy',
  'volume remove': 'destroy',
  'image remove': 'delete',
};

/**
 * Events from now on. Engines open the answer a moment before they listen, so `since` is sent too,
 * where the engine's clock is ours, and else the engine is asked something small once more.
 */
export async function events(
  api: Api,
  filter: EventFilter,
  signal: AbortSignal,
): Promise<AsyncIterable<EngineEvent>> {
  const since = filter.since ?? (api.local ? secondsText(Date.now()) : undefined);
  const query = { since, until: filter.until, filters: filtersFor(filter) };
  const stream = await api.stream('GET', '/events', { query, signal });
  if (since === undefined) await api.run('GET', '/_ping');
  const from = filter.since === undefined && since !== undefined ? nanoseconds(since) : 0n;
  return read(api, stream, filter, from, signal);
}

function filtersFor(filter: EventFilter): Record<string, readonly string[]> {
  const filters: Record<string, readonly string[]> = {};
  if (filter.types !== undefined) filters['type'] = filter.types;
  // Podman finds nothing by a label without a value: those are left to our own filter.
  const labels = filter.labels?.filter((label) => label.includes('='));
  if (labels !== undefined && labels.length > 0) filters['label'] = labels;
  if (filter.containers !== undefined) filters['container'] = filter.containers;
  return filters;
}

function secondsText(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function nanoseconds(seconds: string): bigint {
  return BigInt(Math.round(Number(seconds) * 1000)) * 1_000_000n;
}

async function* read(
  api: Api,
  stream: AsyncIterable<unknown>,
  filter: EventFilter,
  from: bigint,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of stream) {
      rest += chunk instanceof Uint8Array ? decoder.decode(chunk, { stream: true }) : String(chunk);
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = readEvent(line);
        if (event !== undefined && event.timeNano >= from && isWanted(event, filter)) yield event;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw api.broken('GET /events', error);
  }
}

function isWanted(event: EngineEvent, filter: EventFilter): boolean {
  return (filter.labels ?? []).every((label) => hasLabel(event.attributes, label));
}

/** One line of the event stream, in Docker's words; undefined if it is none. */
export function readEvent(line: string): EngineEvent | undefined {
  const raw = objectOf(parseJson(line));
  const full = textOf(raw['Action'] ?? raw['status']);
  if (full === '') return undefined;
  const at = full.indexOf(':');
  const word = at < 0 ? full : full.slice(0, at);
  const type = textOf(raw['Type']);
  const actor = objectOf(raw['Actor']);
  return {
    type,
    action: actions[`${type} ${word}`] ?? word,
    detail: at < 0 ? '' : full.slice(at + 1).trim(),
    id: textOf(actor['ID']) || textOf(raw['id']),
    attributes: textMapOf(actor['Attributes']),
    timeNano: timeOf(line, raw['time']),
  };
}

/** Nanoseconds don't fit into a JSON number here, so they are read from the text. */
function timeOf(line: string, seconds: unknown): bigint {
  const match = /"timeNano":(\d+)/.exec(line);
  return match?.[1] === undefined ? BigInt(textOf(seconds) || 0) * 1_000_000_000n : BigInt(match[1]);
}
