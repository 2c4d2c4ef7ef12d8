import { type Deferred, deferred } from '../util/deferred.ts';

/** What one turn does. */
export interface LaneWork {
  readonly rebuild: readonly string[];
  readonly restart: readonly string[];
}

/** Milliseconds without news before services are made anew: whoever saves many files gets one build. */
const quiet = 300;
const most = 5000;

/**
 * Changes of whole services, one turn after the other. What is asked for while one works is done in the next, once;
 * copies of files do not wait for it.
 */
export class Lane {
  readonly #work: (work: LaneWork) => Promise<void>;
  #rebuild = new Set<string>();
  #restart = new Set<string>();
  #asked: Deferred<void> | undefined;
  #began = 0;
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> | undefined;
  #working: ReadonlySet<string> = new Set();
  #closed = false;

  constructor(work: (work: LaneWork) => Promise<void>) {
    this.#work = work;
  }

  /** True from the first wish to the end of the work. */
  get busy(): boolean {
    return this.#busy !== undefined || this.#asked !== undefined;
  }

  /** True while a service is being made anew or restarted. */
  isChanging(service: string): boolean {
    return this.#working.has(service);
  }

  /** @returns when it is done; rejects never: whoever does the work tells what fails */
  ask({ rebuild, restart }: LaneWork): Promise<void> {
    if (this.#closed || rebuild.length + restart.length === 0) return Promise.resolve();
    for (const service of rebuild) this.#rebuild.add(service);
    for (const service of restart) this.#restart.add(service);
    const now = performance.now();
    if (this.#asked === undefined) this.#began = now;
    this.#asked ??= deferred<void>();
    clearTimeout(this.#timer);
    // A restart alone has nothing to wait for: its files are there.
    const pause = this.#rebuild.size === 0 ? 0 : Math.max(0, Math.min(quiet, this.#began + most - now));
    this.#timer = setTimeout(() => this.#next(), pause);
    return this.#asked.promise;
  }

  /** Begins nothing more; resolves when what works has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#asked?.resolve();
    this.#asked = undefined;
    await this.#busy;
  }

  #next(): void {
    const asked = this.#asked;
    if (this.#busy !== undefined || asked === undefined || this.#closed) return;
    const rebuild = [...this.#rebuild];
    const restart = [...this.#restart].filter((service) => !this.#rebuild.has(service));
    this.#rebuild = new Set();
    this.#restart = new Set();
    this.#asked = undefined;
    this.#working = new Set([...rebuild, ...restart]);
    this.#busy = this.#work({ rebuild, restart })
      .catch(() => undefined)
      .then(() => {
        this.#busy = undefined;
        this.#working = new Set();
        asked.resolve();
        this.#next();
      });
  }
}
