import type { ContainerDetails } from '../../engine/engine.ts';
import { sleep } from '../cancel.ts';
import type { NodeContext } from '../run.ts';
import type { Probe } from './eager.ts';

/** Milliseconds between two looks at what the engine's own probes found. */
const pace = 1000;
/** Of engines, where a check names none. */
const defaultRetries = 3;

/** Tells, while a container is waited for, what runs of its health check found: our own and the engine's. */
export class ProbeTelling {
  readonly #context: NodeContext;
  #details = '';
  #failed = 0;
  #of = defaultRetries;

  constructor(context: NodeContext) {
    this.#context = context;
  }

  /** One of our own runs has failed. */
  own(probe: Probe, count: number): void {
    this.#details = textOf(probe, count);
    this.#tell();
  }

  /** Looks at the container from time to time until the wait is over. */
  async follow(id: string): Promise<void> {
    const { engine, signal } = this.#context;
    for (;;) {
      await sleep(pace, signal);
      this.#take(await engine.inspectContainer(id));
    }
  }

  #take({ state: { health }, body }: ContainerDetails): void {
    if (health === undefined || health.failingStreak === this.#failed) return;
    this.#failed = health.failingStreak;
    this.#of = body.Healthcheck?.Retries || defaultRetries;
    const last = health.log.at(-1);
    if (this.#details === '' && last !== undefined) this.#details = textOf(last, health.log.length);
    this.#tell();
  }

  #tell(): void {
    const { tell, signal } = this.#context;
    if (signal.aborted) return;
    const probes = this.#failed > 0 ? { probes: { failed: this.#failed, of: this.#of } } : {};
    tell('Working', 'Waiting', { details: this.#details, ...probes });
  }
}

function textOf({ exitCode: code, output }: Probe, count: number): string {
  const last = output.trim().split('\n').at(-1)?.slice(0, 80) ?? '';
  const result = code === undefined ? 'no answer in time' : `exit ${code}`;
  return `health: probe ${count}: ${result}${last === '' ? '' : `: ${last}`}`;
}
