/** The end of one run of a container, as the engine's event tells it. */
export interface Death {
  readonly exitCode: number;
  /** Nanoseconds since 1970. */
  readonly timeNano: bigint;
}

/** Ends of a container's runs that nobody was told of yet, in their order. */
export class Deaths {
  #waiting: Death[] = [];
  #arrived: (() => void) | undefined;

  add(death: Death): void {
    this.#waiting.push(death);
    this.#arrived?.();
  }

  take(): readonly Death[] {
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }

  /** As `take`, but waits for the first one. @param patience milliseconds; then there is none */
  async next(patience: number): Promise<readonly Death[]> {
    if (this.#waiting.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patience);
        this.#arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#arrived = undefined;
    }
    return this.take();
  }
}
