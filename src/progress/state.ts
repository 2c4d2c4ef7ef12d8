import type { ExecutionEvent, NoticeEvent, ResourceEvent, SummaryEvent } from '../execute/events.ts';

import type { Timeline } from '../execute/timeline.ts';

/** One resource on the screen. */
export interface Row {
  readonly id: string;
  readonly status: ResourceEvent['status'];
  readonly text: string;
  readonly details: string;
  /** Milliseconds since 1970, of the first event. */
  readonly since: number;
  /** Of the last change, while it works no longer. */
  readonly until: number | undefined;
  /** Bytes of its parts, by part. */
  readonly parts: ReadonlyMap<string, { readonly current: number; readonly total: number }>;
  /** What it waits for, by the step that waits. */
  readonly waits: ReadonlyMap<string, Wait>;
}

/** Why a resource can't go on yet. */
export interface Wait {
  /** The service, or the container. */
  readonly for: string;
  readonly until: string;
  readonly probes: ResourceEvent['probes'];
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** The picture that events paint. */
export interface Progress {
  /** In order of appearance. */
  readonly rows: ReadonlyMap<string, Row>;
  readonly notices: readonly NoticeEvent[];
  readonly summary: SummaryEvent | undefined;
  readonly timeline: Timeline | undefined;
}

export const nothingYet: Progress = { rows: new Map(), notices: [], summary: undefined, timeline: undefined };

/** The picture after an event. Pure. */
export function progress(state: Progress, event: ExecutionEvent): Progress {
  switch (event.type) {
    case 'notice':
      return { ...state, notices: [...state.notices, event] };
    case 'summary':
      return { ...state, summary: event };
    case 'timeline':
      return { ...state, timeline: event.timeline };
    case 'resource': {
      const id = event.parentId ?? event.id;
      const row = state.rows.get(id) ?? firstRow(id, event);
      const next = event.parentId === undefined ? withEvent(row, event) : withPart(row, event);
      const rows = new Map(state.rows).set(id, next);
      for (const other of event.neededBy ?? []) {
        rows.set(other, withWait(rows.get(other) ?? firstRow(other, event), event));
      }
      return { ...state, rows };
    }
  }
}

function firstRow(id: string, { time }: ResourceEvent): Row {
  return {
    id,
    status: 'Working',
    text: '',
    details: '',
    since: time,
    until: undefined,
    parts: new Map(),
    waits: new Map(),
  };
}

/** What an event of a wait means for one that needs it. */
function withWait(row: Row, event: ResourceEvent): Row {
  const key = `${event.engine} ${event.node}`;
  const waits = new Map(row.waits);
  if (event.status === 'Working') {
    const { until = 'ready', probes, time } = event;
    waits.set(key, { for: nameOf(event), until, probes, since: waits.get(key)?.since ?? time });
  } else waits.delete(key);
  if (event.status !== 'Error' || row.status === 'Error') return { ...row, waits };
  const details = `needs ${nameOf(event)}`;
  return { ...row, waits, status: 'Warning', text: 'Not started', details, until: event.time };
}

const nameOf = ({ id, service }: ResourceEvent): string => service ?? id.replace(/^Container /, '');

function withEvent(row: Row, event: ResourceEvent): Row {
  const { status, text, details = '', time, current, total } = event;
  const over = status !== 'Working';
  // A step that begins after another one has ended (created, then starts) has a time of its own.
  const since = row.until !== undefined && !over ? time : row.since;
  const parts = over ? new Map() : row.parts;
  const own = current === undefined ? parts : new Map(parts).set('', { current, total: total ?? 0 });
  return { ...row, status, text, details, since, until: over ? time : undefined, parts: own };
}

/** A part that is done counts with all its bytes. */
function withPart(row: Row, { id, status, current, total }: ResourceEvent): Row {
  const known = row.parts.get(id);
  const whole = total ?? known?.total ?? 0;
  const now = status === 'Done' ? whole : (current ?? known?.current ?? 0);
  // Bytes count twice in some engines (download, then unpacking): a part never goes back.
  const next = { current: Math.max(now, known?.current ?? 0), total: Math.max(whole, known?.total ?? 0) };
  return { ...row, parts: new Map(row.parts).set(id, next) };
}

/** True if its step is done and it can't go on yet. */
export function isWaiting({ status, text, waits }: Row): boolean {
  return waits.size > 0 && (status === 'Done' || (status === 'Working' && text === ''));
}

/** True if something about it is still going on. */
export function isBusy(row: Row): boolean {
  return row.status === 'Working' || isWaiting(row);
}

/** Bytes of all parts together; undefined if none has any. */
export function bytesOf(row: Row): { readonly current: number; readonly total: number } | undefined {
  let current = 0;
  let total = 0;
  for (const part of row.parts.values()) {
    current += part.current;
    total += part.total;
  }
  return current === 0 && total === 0 ? undefined : { current, total };
}
