import { EngineError } from '../../diagnostic/errors.ts';
import type { ContainerStats, ContainerSummary, Engine } from '../../engine/engine.ts';

/** Samples of many containers at one time. Containers may come and go while it runs. */
export class Sampler {
  readonly #engine: Engine;
  readonly #signal: AbortSignal;
  readonly #streams = new Map<string, AbortController>();
  readonly #latest = new Map<string, ContainerStats>();

  constructor(engine: Engine, signal: AbortSignal) {
    this.#engine = engine;
    this.#signal = signal;
  }

  /** Samples these from now on, and no others. */
  watch(containers: readonly ContainerSummary[]): void {
    const running = new Set(containers.filter((c) => c.state === 'running').map((c) => c.id));
    for (const [id, stream] of this.#streams) if (!running.has(id)) stream.abort();
    for (const id of running) if (!this.#streams.has(id)) void this.#follow(id);
  }

  /** undefined: there is none yet, or it does not run. */
  latest(id: string): ContainerStats | undefined {
    return this.#latest.get(id);
  }

  /** Ends all streams. */
  close(): void {
    for (const stream of this.#streams.values()) stream.abort();
  }

  async #follow(id: string): Promise<void> {
    const own = new AbortController();
    this.#streams.set(id, own);
    const signal = AbortSignal.any([own.signal, this.#signal]);
    try {
      for await (const sample of this.#engine.statsContainer(id, { stream: true, signal })) {
        this.#latest.set(id, sample);
      }
    } catch {
      // It ended or was removed meanwhile; the list of containers will say so.
    } finally {
      this.#streams.delete(id);
      this.#latest.delete(id);
    }
  }
}

/** One sample of each running container. */
export async function sampleOnce(
  engine: Engine,
  containers: readonly ContainerSummary[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ContainerStats>> {
  const samples = new Map<string, ContainerStats>();
  await Promise.all(
    containers.map(async ({ id, state }) => {
      if (state !== 'running') return;
      try {
        for await (const sample of engine.statsContainer(id, { stream: false, signal }))
          samples.set(id, sample);
      } catch (error) {
        if (!(error instanceof EngineError) || !['not-found', 'conflict'].includes(error.kind)) throw error;
      }
    }),
  );
  return samples;
}
