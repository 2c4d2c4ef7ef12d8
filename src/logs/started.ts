import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../diagnostic/errors.ts';
import type { Engine, EngineEvent } from '../engine/engine.ts';
import { label } from '../model/labels.ts';
import type { LogSource } from './line.ts';

/** Milliseconds that a lost engine has to come back, and between two attempts. */
const patience = 10_000;
const pause = 200;

/**
 * Events of a project's containers, one-off ones and those of hooks left out, from the moment the call
 * resolves. A lost connection is opened again; `lost` is called then, for something may have been missed.
 */
export async function containerEvents(
  engine: Engine,
  project: string,
  signal: AbortSignal,
  lost: () => Promise<void>,
): Promise<AsyncIterable<EngineEvent>> {
  const subscribe = () =>
    engine.events({ types: ['container'], labels: [`${label.project}=${project}`] }, signal);
  const first = await subscribe();
  return (async function* () {
    let events = first;
    for (;;) {
      try {
        for await (const event of events) {
          const { attributes } = event;
          const oneOff = attributes[label.oneOff]?.toLowerCase() === 'true';
          if (attributes[label.project] === project && !oneOff && !(label.hook in attributes)) yield event;
        }
      } catch (error) {
        if (!(error instanceof EngineError) || error.kind !== 'unreachable') throw error;
      }
      if (signal.aborted) return;
      events = await again(subscribe, signal);
      await lost();
    }
  })();
}

async function again<T>(subscribe: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const until = performance.now() + patience;
  for (;;) {
    await sleep(pause, undefined, { signal });
    try {
      return await subscribe();
    } catch (error) {
      if (performance.now() > until) throw error;
    }
  }
}

/** The container of an event. */
export function sourceOf({ id, attributes }: EngineEvent, project: string): LogSource {
  return {
    ...{ id, name: shortened(attributes['name'] ?? id.slice(0, 12), project) },
    service: attributes[label.service] ?? '',
    replica: Number(attributes[label.number] ?? 0),
  };
}

/**
 * A container's name as logs show it: without the project's, unless the service has set its own. A container that
 * is about to take the place of another one has that one's id before its name.
 */
export function shortened(name: string, project: string): string {
  const own = name.replace(/^[0-9a-f]{12}_/, '');
  return own.startsWith(`${project}-`) ? own.slice(project.length + 1) : own;
}
