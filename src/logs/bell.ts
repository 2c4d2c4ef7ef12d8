/** Wakes one waiter; what rings while nobody waits is not forgotten. */
export class Bell {
  #rung = false;
  #closed = false;
  #wake: () => void = () => {};

  /** True once it will not ring any more. */
  get closed(): boolean {
    return this.#closed;
  }

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** Resolves after so many milliseconds, or when it is closed; ringing changes nothing. */
  async pause(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0 && !this.#closed; left = end - performance.now()) {
      await this.#woken(left);
    }
  }

  /** Resolves when it has rung since the last call, or is closed. */
  async next(): Promise<void> {
    while (!this.#rung && !this.#closed) await this.#woken();
    this.#rung = false;
  }

  #woken(atMost?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = atMost === undefined ? undefined : setTimeout(resolve, atMost);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
