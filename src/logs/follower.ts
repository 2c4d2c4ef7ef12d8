import type { EngineError } from '../diagnostic/errors.ts';
import type { Attachment, Engine } from '../engine/engine.ts';
import { attachOutput, followAttached } from './attached.ts';
import { ContainerLog } from './container.ts';
import { type FollowEnd, type FollowOptions, followLog } from './follow.ts';
import type { LogLine, LogSource } from './line.ts';
import { LiveOrder } from './live.ts';
import { isUnreadable } from './unreadable.ts';

export interface FollowerOptions {
  readonly signal: AbortSignal;
  /** Writes lines; resolves when there is room for more. */
  readonly write: (lines: readonly LogLine[]) => Promise<void>;
  /** Called when a container's log has ended, after its last line was written. */
  readonly ended?: (source: LogSource, end: FollowEnd) => void;
  /** Called when a container ended and the engine starts it again. */
  readonly restarting?: (source: LogSource, exitCode: number) => void;
  /** What to do about a log that the engine can't read: told, or what the container prints is taken from it directly. */
  readonly unreadable: 'attach' | ((source: LogSource, error: EngineError) => void);
}

/** Follows the logs of containers that come and go, in the order of their lines' times. */
export class LogFollower {
  readonly #engine: Engine;
  readonly #options: FollowerOptions;
  readonly #order: LiveOrder;
  readonly #logs = new Map<string, ContainerLog>();
  readonly #active = new Set<string>();
  readonly #again = new Set<string>();
  readonly #attached = new Map<string, Promise<Attachment>>();
  #fail: (error: unknown) => void = () => {};
  /** Rejects when a log can't be read. */
  readonly failed: Promise<never>;

  constructor(engine: Engine, options: FollowerOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#order = new LiveOrder(options.write);
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => undefined);
  }

  /** How many containers are followed at this moment. */
  get active(): number {
    return this.#active.size;
  }

  /** True if the container is or was followed. */
  knows(id: string): boolean {
    return this.#logs.has(id);
  }

  /** The container's log: one object for all its reads, so that no line comes twice. */
  logOf(source: LogSource): ContainerLog {
    const log = this.#logs.get(source.id) ?? new ContainerLog(this.#engine, source);
    this.#logs.set(source.id, log);
    return log;
  }

  /** Follows a container, from where it was read last or as the options say. */
  follow(source: LogSource, options: Omit<FollowOptions, 'signal' | 'restarting'>): void {
    if (this.#active.has(source.id)) {
      // It was started again while the end of its last run is still being read.
      this.#again.add(source.id);
      return;
    }
    this.#active.add(source.id);
    this.#run(source, options).catch(this.#fail);
  }

  /** Connects to a container that is not started yet and whose log can't be read, so that its first line comes too. */
  attachEarly(id: string): void {
    const attachment = attachOutput(this.#engine, id);
    this.#attached.set(id, attachment);
    const { signal } = this.#options;
    attachment.then(
      (one) => signal.addEventListener('abort', () => one.close(), { once: true }),
      () => this.#attached.delete(id),
    );
  }

  /** Writes what is held back. */
  flush(): Promise<void> {
    return this.#order.flush();
  }

  async #run(source: LogSource, options: Omit<FollowOptions, 'signal' | 'restarting'>): Promise<void> {
    const { signal, ended, restarting, unreadable } = this.#options;
    const log = this.logOf(source);
    const told = async (exitCode: number): Promise<void> => {
      await this.#order.flush();
      restarting?.(source, exitCode);
    };
    const push = (lines: readonly LogLine[]) => this.#order.push(lines);
    let end: FollowEnd;
    do {
      this.#again.delete(source.id);
      try {
        end = await followLog(this.#engine, log, { ...options, signal, restarting: told }, push);
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        if (unreadable === 'attach') {
          const first = this.#attached.get(source.id);
          this.#attached.delete(source.id);
          end = await followAttached(this.#engine, source, first, { signal, restarting: told }, push);
        } else {
          unreadable(source, error);
          end = 'aborted';
        }
      }
      await this.#order.flush();
    } while (this.#again.has(source.id) && typeof end === 'object');
    this.#active.delete(source.id);
    this.#again.delete(source.id);
    ended?.(source, end);
  }
}
