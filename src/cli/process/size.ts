import type { TerminalSize } from '../../engine/engine.ts';
import { sleep } from '../../execute/cancel.ts';

/** Milliseconds between attempts to set the first size: the process may not have been started yet. */
const attemptPause = 20;
const attempts = 20;
/** Between two sizes: of those that come close together Podman may drop the later one. */
const between = 50;
/** After which the last size is sent once more, in case it was dropped all the same. */
const confirmAfter = 300;

export interface SizeOptions {
  /** Our terminal's size; undefined if it has none. */
  readonly current: () => TerminalSize | undefined;
  readonly send: (size: TerminalSize) => Promise<void>;
  /** Sends another size first, so that a program that runs already draws its screen again. */
  readonly redraw: boolean;
  readonly signal: AbortSignal;
}

/** Keeps a process's terminal as large as ours: sizes go one after another, and the last one always arrives. */
export class SizeFollower {
  readonly #options: SizeOptions;
  #changed = false;
  #running: Promise<void> | undefined;

  constructor(options: SizeOptions) {
    this.#options = options;
  }

  /** Sets the first size, as soon as the process is there to take it. */
  begin(): void {
    this.#running ??= this.#first();
  }

  /** To be called when our terminal has another size. */
  follow(): void {
    this.#changed = true;
    this.#running ??= this.#rest();
  }

  async #first(): Promise<void> {
    const { current, send, redraw, signal } = this.#options;
    for (let attempt = 0; attempt < attempts && !signal.aborted; attempt++) {
      const now = current();
      if (now === undefined) break;
      try {
        if (redraw) {
          await send({ rows: now.rows + 1, columns: now.columns + 1 });
          await this.#pause(between);
        }
        await send(now);
        break;
      } catch {
        await this.#pause(attemptPause);
      }
    }
    await this.#rest();
  }

  async #rest(): Promise<void> {
    const { signal } = this.#options;
    do {
      while (this.#changed && !signal.aborted) {
        this.#changed = false;
        await this.#pause(between);
        await this.#send();
      }
      await this.#pause(confirmAfter);
      if (!this.#changed && !signal.aborted) await this.#send();
    } while (this.#changed && !signal.aborted);
    this.#running = undefined;
  }

  /** The process may have ended just now; its size is of no use then. */
  async #send(): Promise<void> {
    const now = this.#options.current();
    if (now !== undefined) await this.#options.send(now).catch(() => undefined);
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, this.#options.signal).catch(() => undefined);
  }
}
