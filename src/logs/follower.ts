import type { EngineError } from '../diagnostic/errors.ts';
import type { Attachment, Engine } from '../engine/engine.ts';
import { attachOutput, followAttached } from './attached.ts';
import { ContainerLog } from './container.ts';
import { type Death, Deaths } from './deaths.ts';
import { type FollowOptions, followLog } from './follow.ts';
import type { LogLine, LogSource } from './line.ts';
import { LiveOrder } from './live.ts';
import { type FollowEnd, Runs } from './runs.ts';
import { isUnreadable } from './unreadable.ts';

export interface FollowerOptions {
  readonly signal: AbortSignal;
  /** Writes lines; resolves when there is room for more. */
  readonly write: (lines: readonly LogLine[]) => Promise<void>;
  /** Called when a container's log has ended, after its last line was written. */
  readonly ended?: (source: LogSource, end: FollowEnd) => void;
  /** Called when a container ended and the engine starts it again. Needs to be told of deaths. */
  readonly restarting?: (source: LogSource, exitCode: number) => void;
  /** What to do about a log that the engine can't read: told, or what the container prints is taken from it directly. */
  readonly unreadable: 'attach' | ((source: LogSource, error: EngineError) => void);
}

export interface FollowFrom extends Omit<FollowOptions, 'signal'> {
  /** When the container's run began, if that is known. */
  readonly startedAt?: string | undefined;
}

/** Follows the logs of containers that come and go, in the order of their lines' times. */
export class LogFollower {
  readonly #engine: Engine;
  readonly #options: FollowerOptions;
  readonly #order: LiveOrder;
  readonly #logs = new Map<string, ContainerLog>();
  readonly #active = new Map<string, Deaths>();
  readonly #again = new Map<string, string>();
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
  follow(source: LogSource, options: FollowFrom): void {
    if (this.#active.has(source.id)) {
      // It was started again while the end of its last run is still being read.
      this.#again.set(source.id, options.startedAt ?? '');
      return;
    }
    const deaths = new Deaths();
    this.#active.set(source.id, deaths);
    this.#run(source, options, deaths).catch(this.#fail);
  }

  /** A run of a container has ended. */
  died(id: string, death: Death): void {
    this.#active.get(id)?.add(death);
  }

  /** Connects to a container that is not started yet and whose log can't be read, so that its first line comes too. */
  async attachEarly(id: string): Promise<void> {
    if (this.#attached.has(id)) {
      await this.#attached.get(id)?.catch(() => undefined);
      return;
    }
    const attachment = attachOutput(this.#engine, id);
    this.#attached.set(id, attachment);
    const { signal } = this.#options;
    attachment.then(
      (one) => signal.addEventListener('abort', () => one.close(), { once: true }),
      () => this.#attached.delete(id),
    );
    await attachment.catch(() => undefined);
  }

  /** Writes what is held back. */
  flush(): Promise<void> {
    return this.#order.flush();
  }

  async #run(source: LogSource, { startedAt, ...options }: FollowFrom, deaths: Deaths): Promise<void> {
    const { signal, ended, restarting, unreadable } = this.#options;
    const log = this.logOf(source);
    const told = async (exitCode: number): Promise<void> => {
      await this.#order.flush();
      restarting?.(source, exitCode);
    };
    const runs = new Runs(this.#engine, source.id, {
      ...{ signal, startedAt, deaths },
      restarting: restarting && told,
    });
    const push = (lines: readonly LogLine[]) => this.#order.push(lines);
    for (;;) {
      this.#again.delete(source.id);
      let end: FollowEnd;
      try {
        end = await followLog(this.#engine, log, runs, { ...options, signal }, push);
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        if (unreadable === 'attach') {
          const first = this.#attached.get(source.id);
          this.#attached.delete(source.id);
          end = await followAttached(this.#engine, source, runs, first, signal, push);
        } else {
          unreadable(source, error);
          end = 'aborted';
        }
      }
      await this.#order.flush();
      const again = this.#again.get(source.id);
      if (again !== undefined && again !== runs.startedAt && typeof end === 'object') {
        restarting?.(source, end.exitCode);
        continue;
      }
      this.#active.delete(source.id);
      this.#again.delete(source.id);
      ended?.(source, end);
      return;
    }
  }
}
