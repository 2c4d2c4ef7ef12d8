import type { ExecutionEvent, NoticeEvent, ResourceEvent } from '../execute/events.ts';
import { timelineLines } from './timeline.ts';

/** One line of plain progress; undefined for what plain progress leaves out. */
export function plainLine(event: ExecutionEvent): string | undefined {
  switch (event.type) {
    case 'resource':
      return event.parentId === undefined ? resourceLine(event) : undefined;
    case 'notice':
      return noticeLine(event);
    case 'timeline':
      return timelineLines(event.timeline).join('\n');
    default:
      return undefined;
  }
}

/** ` Container shop-db-1 Started ` and its details, as docker compose writes it. */
function resourceLine({ id, text, details = '' }: ResourceEvent): string {
  return ` ${id} ${text} ${details}`;
}

function noticeLine({ level, message, hint }: NoticeEvent): string {
  const help = hint === undefined ? '' : ` (${hint})`;
  return `${level}: ${message}${help}`;
}

/** Writes events as lines: one for each change, none twice. */
export function plainProgress(write: (line: string) => void): (event: ExecutionEvent) => void {
  const last = new Map<string, string>();
  return (event) => {
    if (event.type === 'resource') {
      // Details that change while a text stays are for terminals.
      const state = `${event.status} ${event.text}`;
      if (last.get(event.id) === state) return;
      last.set(event.id, state);
    }
    const line = plainLine(event);
    if (line !== undefined) write(`${line}\n`);
  };
}
