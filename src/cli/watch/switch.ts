import type { WatchSession } from '../../watch/session.ts';
import { type OpenWish, openWatch } from './open.ts';

/** Watching beside something else: on and off by a key. */
export class WatchControl {
  readonly #open: () => Promise<WatchSession>;
  readonly #log: (text: string) => void;
  #session: WatchSession | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(wish: OpenWish) {
    this.#open = () => openWatch(wish);
    this.#log = wish.output.log;
  }

  readonly active = (): boolean => this.#session !== undefined;

  /** True while it makes services anew or restarts them; of one service, if it is named. */
  readonly changes = (service?: string): boolean => {
    const session = this.#session;
    if (session === undefined) return false;
    return service === undefined ? session.busy : session.isChanging(service);
  };

  /** @throws UserError if there is nothing to follow */
  start(): Promise<void> {
    return this.#next(async () => {
      this.#session ??= await this.#open();
    });
  }

  stop(): Promise<void> {
    return this.#next(async () => {
      const session = this.#session;
      this.#session = undefined;
      if (session === undefined) return;
      this.#log('Watch disabled');
      await session.stop();
    });
  }

  /** @returns what stands in its way */
  readonly toggle = async (): Promise<string | undefined> => {
    try {
      await (this.active() ? this.stop() : this.start());
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  #next(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.catch(() => undefined).then(work);
    this.#turn = turn;
    return turn;
  }
}
