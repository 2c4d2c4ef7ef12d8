import type { ExecutionEvent, ResourceEvent } from '../execute/events.ts';

type Line = Readonly<Record<string, unknown>>;

/**
 * Turns events into lines of `schemas/events.json`: docker compose's keys with its meaning, and more. Keeps
 * in mind which nodes have begun, to name the phase.
 */
export function jsonLines(): (event: ExecutionEvent) => Line {
  const begun = new Set<string>();
  return (event) => {
    const time = new Date(event.time).toISOString();
    switch (event.type) {
      case 'resource': {
        const key = `${event.engine} ${event.node ?? event.id} ${event.parentId === undefined ? '' : event.id}`;
        const phase = event.status !== 'Working' ? 'end' : begun.has(key) ? 'progress' : 'begin';
        begun.add(key);
        return { type: 'resource', time, ...resource(event), phase };
      }
      case 'notice': {
        const { level, message, hint } = event;
        const error = level === 'error' ? { error: true } : {};
        return { type: 'notice', time, level, ...error, message, ...(hint !== undefined && { hint }) };
      }
      case 'summary': {
        const { changed, done, failed, skipped, milliseconds, exitCode } = event;
        return { type: 'summary', time, changed, done, failed, skipped, milliseconds, exit_code: exitCode };
      }
    }
  };
}

function resource(event: ResourceEvent): Line {
  const { id, parentId, status, text, details, current, total, percent } = event;
  const { operation, node, engine, service, milliseconds, cause } = event;
  const [kind, name] = id.split(' ');
  const container = kind === 'Container' ? name : undefined;
  const all = {
    ...{ id, parent_id: parentId, status, text, details, current, total, percent },
    ...{ operation, node, engine, service, container, milliseconds, cause },
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ''));
}
