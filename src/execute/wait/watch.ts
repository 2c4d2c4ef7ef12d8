import { EngineError } from '../../diagnostic/errors.ts';
import type { ContainerSummary, Engine, EngineEvent } from '../../engine/engine.ts';
import { label } from '../../model/labels.ts';
import { orCancelled, sleep } from '../cancel.ts';

/** What is known of a container by list and events. */
export interface SeenState {
  readonly running: boolean;
  readonly gone: boolean;
  /** An event said so; the container's own state may say it a moment later. */
  readonly died: boolean;
  readonly exitCode: number | undefined;
  readonly health: ContainerSummary['health'];
}

/** Shortest and longest pause between two attempts to subscribe again. */
const pauses = { first: 50, longest: 1000 };

/**
 * The states of a project's containers on one engine, kept by its events: one subscription, opened at the
 * first question. Subscribing comes before listing, so nothing that happens between the two is lost; when
 * the subscription is lost it is opened and listed again.
 */
export class ContainerWatch {
  readonly #engine: Engine;
  readonly #project: string;
  readonly #over: AbortSignal;
  readonly #patience: number;
  readonly #states = new Map<string, SeenState>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #opened: Promise<void> | undefined;
  #failure: unknown;

  /** @param patience milliseconds that a lost engine has to come back */
  constructor(engine: Engine, project: string, over: AbortSignal, patience: number) {
    this.#engine = engine;
    this.#project = project;
    this.#over = over;
    this.#patience = patience;
  }

  /**
   * Calls `look` now and after each change of the container until it returns a value.
   * Rejects with what `look` throws, when the signal is aborted, or when the engine is lost for good.
   */
  async until<T>(
    id: string,
    signal: AbortSignal,
    look: (state: SeenState | undefined) => Promise<T | undefined> | T | undefined,
  ): Promise<T> {
    let wake = () => {};
    let changed = false;
    const listen = () => {
      changed = true;
      wake();
    };
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listen));
    try {
      this.#opened ??= this.#open();
      await orCancelled(this.#opened, signal);
      while (true) {
        if (this.#failure !== undefined) throw this.#failure;
        changed = false;
        const found = await look(this.#states.get(id));
        if (found !== undefined) return found;
        if (changed) continue;
        await orCancelled(
          new Promise<void>((resolve) => {
            wake = resolve;
            if (changed) resolve();
          }),
          signal,
        );
      }
    } finally {
      listeners.delete(listen);
    }
  }

  /** What is known of a container now. */
  state(id: string): SeenState | undefined {
    return this.#states.get(id);
  }

  async #open(): Promise<void> {
    const events = await this.#subscribe();
    this.#follow(events).catch((error: unknown) => {
      if (this.#over.aborted) return;
      this.#failure = error;
      this.#wakeAll();
    });
  }

  async #subscribe(): Promise<AsyncIterable<EngineEvent>> {
    const labels = [`${label.project}=${this.#project}`];
    const events = await this.#engine.events({ labels, types: ['container'] }, this.#over);
    const list = await this.#engine.listContainers({ labels, all: true });
    const present = new Set(list.map((one) => one.id));
    for (const [id, state] of this.#states) {
      if (!present.has(id)) this.#states.set(id, { ...state, running: false, gone: true });
    }
    for (const { id, state, health, exitCode } of list) {
      const running = state === 'running' || state === 'paused';
      this.#states.set(id, { running, health, exitCode, gone: false, died: false });
    }
    this.#wakeAll();
    return events;
  }

  async #follow(first: AsyncIterable<EngineEvent>): Promise<void> {
    let events = first;
    while (!this.#over.aborted) {
      try {
        for await (const event of events) this.#take(event);
      } catch (error) {
        if (!(error instanceof EngineError) || error.kind === 'denied') throw error;
      }
      if (!this.#over.aborted) events = await this.#again();
    }
  }

  /** Subscribes again; an engine that does not come back in time is lost. */
  async #again(): Promise<AsyncIterable<EngineEvent>> {
    const until = Date.now() + this.#patience;
    for (let pause = pauses.first; ; pause = Math.min(pause * 2, pauses.longest)) {
      try {
        return await this.#subscribe();
      } catch (error) {
        if (Date.now() >= until) throw error;
        await sleep(pause, this.#over);
      }
    }
  }

  #take(event: EngineEvent): void {
    const before = this.#states.get(event.id);
    const next = after(before, event);
    if (next === undefined) return;
    this.#states.set(event.id, next);
    for (const listener of this.#listeners.get(event.id) ?? []) listener();
  }

  #wakeAll(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener();
  }
}

const unknown: SeenState = { running: false, gone: false, died: false, exitCode: undefined, health: '' };

/** The state after an event; undefined if the event says nothing about it. */
function after(
  state: SeenState = unknown,
  { action, detail, attributes }: EngineEvent,
): SeenState | undefined {
  switch (action) {
    case 'start':
    case 'restart':
      return { running: true, gone: false, died: false, exitCode: undefined, health: '' };
    case 'die': {
      const code = Number(attributes['exitCode'] ?? Number.NaN);
      return { ...state, running: false, died: true, exitCode: Number.isNaN(code) ? undefined : code };
    }
    case 'destroy':
      return { ...state, running: false, gone: true };
    case 'health_status':
      return isHealth(detail) ? { ...state, running: true, health: detail } : state;
    default:
      return undefined;
  }
}

function isHealth(text: string): text is 'starting' | 'healthy' | 'unhealthy' {
  return text === 'starting' || text === 'healthy' || text === 'unhealthy';
}
