/** Milliseconds without news after which a batch is complete, and how long it may take at most. */
const quiet = 20;
const most = 250;

/** Puts paths together to batches: what happens within moments is looked at once. */
export class Gatherer {
  readonly #due: (paths: ReadonlySet<string>) => void;
  #paths = new Set<string>();
  #began = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(due: (paths: ReadonlySet<string>) => void) {
    this.#due = due;
  }

  readonly add = (path: string): void => {
    const now = performance.now();
    if (this.#paths.size === 0) this.#began = now;
    this.#paths.add(path);
    const wait = Math.max(0, Math.min(quiet, this.#began + most - now));
    // One timer is moved on; making one for each of ten thousand events would take longer than the events.
    if (this.#timer === undefined) this.#timer = setTimeout(this.#tell, wait);
    else if (wait === quiet) this.#timer.refresh();
  };

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#paths.clear();
  }

  readonly #tell = (): void => {
    this.#timer = undefined;
    const paths = this.#paths;
    this.#paths = new Set();
    if (paths.size > 0) this.#due(paths);
  };
}
