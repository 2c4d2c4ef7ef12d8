import type { Dossier } from '../execute/dossier.ts';
import type { Emit, ExecutionEvent, NoticeEvent, ResourceEvent, SummaryEvent } from '../execute/events.ts';
import type { Timeline } from '../execute/timeline.ts';

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
        return { type: 'notice', time, ...notice(event) };
      }
      case 'timeline':
        return { type: 'timeline', time, ...event.timeline };
      case 'summary': {
        const { changed, done, failed, skipped, milliseconds, exitCode } = event;
        return { type: 'summary', time, changed, done, failed, skipped, milliseconds, exit_code: exitCode };
      }
    }
  };
}

function notice({ level, message, hint, code, place, dossier }: NoticeEvent): Line {
  return given({
    ...{ level, error: level === 'error' ? true : undefined, message, hint, code },
    ...place,
    dossier: dossier === undefined ? undefined : dossierLine(dossier),
  });
}

function dossierLine({ neededBy, exitCode, oomKilled, cause, probes, ...rest }: Dossier): Line {
  return given({
    ...rest,
    ...{ needed_by: neededBy, exit_code: exitCode, oom_killed: oomKilled, cause },
    probes: probes.map((probe) => ({ exit_code: probe.exitCode, output: probe.output })),
  });
}

function resource(event: ResourceEvent): Line {
  const { id, parentId, status, text, details, current, total, percent } = event;
  const { operation, node, engine, service, milliseconds, cause, files, removed } = event;
  const { until, neededBy, probes } = event;
  const [kind, name] = id.split(' ');
  const container = kind === 'Container' ? name : undefined;
  const all = {
    ...{ id, parent_id: parentId, status, text, details, current, total, percent },
    ...{ operation, node, engine, service, container, milliseconds, cause, files, removed },
    ...{ until, needed_by: neededBy, probes },
  };
  return given(all);
}

function given(all: Line): Line {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ''));
}

/**
 * Writes events as lines. The summary is the last one: those of several rounds are one, written when the view
 * is closed.
 */
export function jsonProgress(write: (line: string) => void): { emit: Emit; close: () => void } {
  const toLine = jsonLines();
  const say = (event: ExecutionEvent): void => write(`${JSON.stringify(toLine(event))}\n`);
  let summary: SummaryEvent | undefined;
  let timeline: Timeline | undefined;
  return {
    emit: (event) => {
      if (event.type === 'timeline') {
        timeline = event.timeline;
        return;
      }
      if (event.type === 'summary') summary = summary === undefined ? event : sum(summary, event);
      else say(event);
    },
    close: () => {
      if (summary !== undefined) {
        const line = { ...toLine(summary), ...(timeline !== undefined && { timeline }) };
        write(`${JSON.stringify(line)}\n`);
      }
      summary = undefined;
    },
  };
}

function sum(before: SummaryEvent, after: SummaryEvent): SummaryEvent {
  return {
    ...after,
    changed: before.changed || after.changed,
    done: before.done + after.done,
    failed: before.failed + after.failed,
    skipped: before.skipped + after.skipped,
    milliseconds: before.milliseconds + after.milliseconds,
  };
}
