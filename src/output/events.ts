import type { EngineEvent } from '../engine/engine.ts';
import { label } from '../model/labels.ts';
import { goJson } from './json.ts';

/** Nanoseconds since 1970 as a date in UTC with `digits` of its fraction. */
function dateOf(nanoseconds: bigint, digits: number): { day: string; time: string } {
  const seconds = nanoseconds / 1_000_000_000n;
  const fraction = String(nanoseconds % 1_000_000_000n)
    .padStart(9, '0')
    .slice(0, digits);
  const iso = new Date(Number(seconds) * 1000).toISOString();
  return { day: iso.slice(0, 10), time: `${iso.slice(11, 19)}.${fraction}` };
}

/** What of the attributes is not docker compose's own. */
function ownAttributes(event: EngineEvent): Record<string, string> {
  const entries = Object.entries(event.attributes).filter(([key]) => !key.startsWith('com.docker.compose.'));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The whole action, as the engine said it: `exec_create: sh`. */
function actionOf({ action, detail }: EngineEvent): string {
  return detail === '' ? action : `${action}: ${detail}`;
}

/** An event as a line of JSON. */
export function eventJson(event: EngineEvent): string {
  const { day, time } = dateOf(event.timeNano, 9);
  return `${goJson({
    action: actionOf(event),
    attributes: ownAttributes(event),
    id: event.id,
    service: event.attributes[label.service] ?? '',
    time: `${day}T${time}Z`,
    type: 'container',
  })}\n`;
}

/** An event for people: `2026-01-01 10:00:00.000000 container start ID (name=…)`. */
export function eventText(event: EngineEvent): string {
  const { day, time } = dateOf(event.timeNano, 6);
  const attributes = Object.entries(ownAttributes(event)).map(([key, value]) => `${key}=${value}`);
  return `${day} ${time} container ${actionOf(event)} ${event.id} (${attributes.join(', ')})\n`;
}
