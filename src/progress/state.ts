import type { ExecutionEvent, NoticeEvent, ResourceEvent, SummaryEvent } from '../execute/events.ts';

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
}

/** The picture that events paint. */
export interface Progress {
  /** In order of appearance. */
  readonly rows: ReadonlyMap<string, Row>;
  readonly notices: readonly NoticeEvent[];
  readonly summary: SummaryEvent | undefined;
}

export const nothingYet: Progress = { rows: new Map(), notices: [], summary: undefined };

/** The picture after an event. Pure. */
export function progress(state: Progress, event: ExecutionEvent): Progress {
  switch (event.type) {
    case 'notice':
      return { ...state, notices: [...state.notices, event] };
    case 'summary':
      return { ...state, summary: event };
    case 'resource': {
      const id = event.parentId ?? event.id;
      const row = state.rows.get(id) ?? firstRow(id, event);
      const next = event.parentId === undefined ? withEvent(row, event) : withPart(row, event);
      return { ...state, rows: new Map(state.rows).set(id, next) };
    }
  }
}

function firstRow(id: string, { time }: ResourceEvent): Row {
  return { id, status: 'Working', text: '', details: '', since: time, until: undefined, parts: new Map() };
}

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
