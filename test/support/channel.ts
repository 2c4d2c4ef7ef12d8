/** A queue that is read with `for await`: what is pushed before the reader comes is kept. */
export class Channel<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #wake = () => {};
  #ended = false;

  push(value: T): void {
    this.#values.push(value);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    while (true) {
      const value = this.#values.shift();
      if (value !== undefined) yield value;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
