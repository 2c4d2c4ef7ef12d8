import { type Deferred, deferred } from '../../util/deferred.ts';

/** Holds back what is written while something else is drawn on the terminal. */
export class Gate {
  #closed: Deferred<void> | undefined = deferred<void>();

  open(): void {
    this.#closed?.resolve();
    this.#closed = undefined;
  }

  /** Resolves as soon as it is open. */
  async pass(): Promise<void> {
    await this.#closed?.promise;
  }
}
