import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerDetails, Engine } from '../engine/engine.ts';
import { unixNanoseconds } from '../util/unix-time.ts';
import type { Deaths } from './deaths.ts';
import { isGone } from './gone.ts';

/** How following ended: the container stopped for good, it was removed, or the signal was aborted. */
export type FollowEnd = { readonly exitCode: number } | 'gone' | 'aborted';

/** It goes on, or will soon: there is more to read. */
export interface Again {
  readonly state: ContainerDetails['state'];
}

export interface RunsOptions {
  readonly signal: AbortSignal;
  /** When the first run began, if that is known. */
  readonly startedAt?: string | undefined;
  /** Called when a run has ended and the engine starts the container again. */
  readonly restarting?: ((exitCode: number) => Promise<void>) | undefined;
  /** The engine's events of the container; without them a restart that is faster than a look is not told. */
  readonly deaths?: Deaths | undefined;
}

/** Milliseconds between two looks, and the time in which an event has to come. */
const pause = 100;
const patience = 1000;

/** The runs of one container, one after the other. */
export class Runs {
  readonly #engine: Engine;
  readonly #id: string;
  readonly #options: RunsOptions;
  #startedAt: string | undefined;
  #told = '';

  constructor(engine: Engine, id: string, options: RunsOptions) {
    this.#engine = engine;
    this.#id = id;
    this.#options = options;
    this.#startedAt = options.startedAt;
  }

  /** When the last run that was looked at began. */
  get startedAt(): string | undefined {
    return this.#startedAt;
  }

  /**
   * What comes after a run's output has ended: the end, or more of it.
   * @param hold milliseconds that a container may go on as if nothing had happened: its end may not be noted yet
   * @param soon also hand back a container that is about to be started again
   * @throws EngineError
   */
  async next(hold: number, soon = false): Promise<FollowEnd | Again> {
    const { signal, deaths } = this.#options;
    const began = performance.now();
    for (;;) {
      // What was told before a look that finds the container alive were no last ends.
      const before = deaths?.take() ?? [];
      const state = signal.aborted ? undefined : await stateOf(this.#engine, this.#id);
      if (signal.aborted) return 'aborted';
      if (state === undefined) return 'gone';
      const other = state.startedAt !== this.#startedAt;
      if (!state.running && !state.restarting) {
        const last = unixNanoseconds(state.finishedAt);
        await this.#tell(before.filter(({ timeNano }) => timeNano < last).map(({ exitCode }) => exitCode));
        this.#startedAt = state.startedAt;
        return { exitCode: state.exitCode };
      }
      await this.#tell(before.map(({ exitCode }) => exitCode));
      const ended = state.restarting || (other && this.#startedAt !== undefined);
      if (ended && this.#told !== state.finishedAt) {
        if (before.length === 0) await this.#tell(await this.#codes({ state }));
        this.#told = state.finishedAt;
      }
      if (state.restarting ? soon : other || performance.now() - began >= hold) {
        this.#startedAt = state.startedAt;
        return { state };
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Of a run whose end is certain. */
  async #codes({ state }: Again): Promise<readonly number[]> {
    const { deaths, restarting } = this.#options;
    if (restarting === undefined) return [];
    const late = (await deaths?.next(patience)) ?? [];
    if (late.length > 0) return late.map(({ exitCode }) => exitCode);
    return state.restarting ? [state.exitCode] : [];
  }

  async #tell(codes: readonly number[]): Promise<void> {
    for (const code of codes) await this.#options.restarting?.(code);
  }
}

/** True unless there is more to read. */
export function isEnd(next: FollowEnd | Again): next is FollowEnd {
  return typeof next === 'string' || 'exitCode' in next;
}

/** undefined if there is no such container any more. */
export async function stateOf(engine: Engine, id: string): Promise<Again['state'] | undefined> {
  try {
    return (await engine.inspectContainer(id)).state;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
