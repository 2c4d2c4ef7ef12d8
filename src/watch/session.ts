import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, EngineEvent } from '../engine/engine.ts';
import { decide, isIdle, type Work } from './decide.ts';
import { Gatherer } from './gather.ts';
import { initialCopies } from './initial.ts';
import { Lane, type LaneWork } from './lane.ts';
import { Notifier } from './notify.ts';
import type { Rule } from './rules.ts';
import { type Replica, type Sent, ServiceSync } from './sync.ts';
import { type Change, Tree } from './tree.ts';

/** What a session does to services and says to people. */
export interface WatchWish {
  readonly engine: Engine;
  readonly rules: readonly Rule[];
  /** Whether a service has a build. */
  readonly hasBuild: (service: string) => boolean;
  /** Containers of a service, stopped ones too. */
  readonly containers: (service: string) => Promise<readonly Replica[]>;
  /** Starts of the project's containers, from the moment the call resolves. `lost`: some may have been missed. */
  readonly events: (signal: AbortSignal, lost: () => Promise<void>) => Promise<AsyncIterable<EngineEvent>>;
  readonly serviceOf: (event: EngineEvent) => string;
  readonly rebuild: (services: readonly string[]) => Promise<void>;
  readonly restart: (services: readonly string[]) => Promise<void>;
  /** Runs a rule's command in the service's containers. */
  readonly exec: (rule: Rule) => Promise<void>;
  readonly log: (text: string) => void;
  readonly problem: (text: string) => void;
  readonly debug: (text: string) => void;
  readonly sent: (service: string, sent: Sent) => void;
  /** Milliseconds since 1970: images that were made later may have been made of what we know. */
  readonly began: number;
}

/** Milliseconds after which a tree is looked through once more when much has happened at once. */
const settling = [300, 1500];
/** Paths in a batch from which on it counts as much. */
const many = 300;
/** Milliseconds after which what could not be sent is tried again. */
const retries = [1000, 3000, 10_000];
const veryMany = 1000;
/** Events after which other containers may be there, or in another state. */
const telling = new Set([
  ...['create', 'start', 'restart', 'die', 'stop', 'pause', 'unpause', 'destroy', 'rename'],
]);

/** Follows files and keeps services up to date, until it is stopped. */
export class WatchSession {
  readonly #wish: WatchWish;
  readonly #stop = new AbortController();
  readonly #tree: Tree;
  readonly #services = new Map<string, ServiceSync>();
  readonly #built = new Map<string, number>();
  /** Containers by service, as long as no event says that they are others now. */
  readonly #replicas = new Map<string, Promise<readonly Replica[]>>();
  readonly #lane: Lane;
  readonly #gatherer: Gatherer;
  #notifier: Notifier | undefined;
  #turn: Promise<void> = Promise.resolve();
  #settle: NodeJS.Timeout | undefined;

  private constructor(wish: WatchWish) {
    this.#wish = wish;
    const { rules } = wish;
    this.#tree = new Tree(this.#scope);
    this.#lane = new Lane((work) => this.#change(work));
    this.#gatherer = new Gatherer((paths) => this.#enqueue([...paths], false));
    for (const service of new Set(rules.flatMap((rule) => (rule.target === undefined ? [] : rule.service)))) {
      this.#services.set(service, this.#serviceSync(service));
    }
  }

  /** Resolves when nothing that happens from now on is missed, and containers have what `initial_sync` asks for. */
  static async start(wish: WatchWish): Promise<WatchSession> {
    const self = new WatchSession(wish);
    try {
      await self.#begin();
    } catch (error) {
      await self.stop();
      throw error;
    }
    return self;
  }

  /** True while services are made anew or restarted. */
  get busy(): boolean {
    return this.#lane.busy;
  }

  /** True while it makes a service anew or restarts it. */
  isChanging(service: string): boolean {
    return this.#lane.isChanging(service);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#gatherer.close();
    clearTimeout(this.#settle);
    await this.#notifier?.close();
    await Promise.all([this.#lane.close(), this.#turn]);
  }

  get #scope() {
    const { rules } = this.#wish;
    return {
      has: (path: string) => rules.some((rule) => rule.has(path)),
      mayHaveBelow: (folder: string) => rules.some((rule) => rule.mayHaveBelow(folder)),
    };
  }

  get #roots(): readonly string[] {
    return [...new Set(this.#wish.rules.map(({ path }) => path))];
  }

  async #begin(): Promise<void> {
    const { signal } = this.#stop;
    // What happens between the first look and the first event is found by the second look.
    await this.#tree.look(this.#roots);
    const lost = async (): Promise<void> => {
      this.#replicas.clear();
      this.#resync([...this.#services.keys()]);
    };
    const events = await this.#wish.events(signal, lost);
    this.#follow(events).catch((error: unknown) => {
      if (!signal.aborted) this.#problem(`starts of containers can't be followed any more: ${textOf(error)}`);
    });
    await Promise.all([...this.#services.values()].map((one) => one.begin()));
    this.#notifier = await Notifier.open(this.#roots, this.#scope, {
      changed: this.#gatherer.add,
      failed: (error) => this.#problem(watchError(error)),
    });
    await Promise.all([...this.#services.keys()].map((service) => this.#flush(service)));
    this.#wish.log('Watch enabled');
    this.#enqueue(this.#roots, true);
  }

  /** One look after the other; what they lead to may go on meanwhile. */
  #enqueue(paths: readonly string[], deep: boolean): void {
    this.#turn = this.#turn
      .then(() => (this.#stop.signal.aborted ? undefined : this.#look(paths, deep)))
      .catch((error: unknown) => this.#problem(`Error handling changed files: ${textOf(error)}`));
  }

  async #look(paths: readonly string[], deep: boolean): Promise<void> {
    const began = performance.now();
    const changes = await this.#tree.look(paths, { deep });
    if (changes.some(({ now, path }) => now === undefined && this.#roots.includes(path)) || deep) {
      await this.#notifier?.cover(this.#roots);
    }
    if (paths.length >= many || changes.some(isNewFolder)) this.#settleLater(0);
    const work = decide(changes, this.#wish.rules);
    if (isIdle(work)) return;
    const { length: count } = changes;
    if (count > veryMany) {
      this.#wish.log(
        'Large batch of file changes detected. If you just switched branches, this is expected.',
      );
    }
    this.#wish.debug(`batch start: count[${count}]`);
    const { synced, all } = this.#do(work);
    void all.then(() => {
      const seconds = ((performance.now() - began) / 1000).toFixed(3);
      this.#wish.debug(`batch complete: duration[${seconds}s] count[${count}]`);
    });
    await synced;
  }

  /** @returns when files are where they belong, and when everything is done. Neither rejects */
  #do({ sync, rebuild, restart, exec }: Work): { synced: Promise<unknown>; all: Promise<unknown> } {
    const rebuilt = this.#lane.ask({ rebuild, restart: [] });
    const synced = Promise.all(
      [...sync].map(async ([service, copies]) => {
        this.#services.get(service)?.note(copies);
        await this.#flush(service, copies.length);
      }),
    );
    const restarted = synced.then(() => this.#lane.ask({ rebuild: [], restart }));
    const executed = restarted.then(() =>
      Promise.all(
        exec.map((rule) => this.#wish.exec(rule).catch((error: unknown) => this.#problem(textOf(error)))),
      ),
    );
    return { synced, all: Promise.all([rebuilt, executed]) };
  }

  async #change({ rebuild, restart }: LaneWork): Promise<void> {
    if (rebuild.length > 0) {
      for (const service of rebuild) this.#built.set(service, Date.now());
      await this.#wish.rebuild(rebuild);
    }
    if (restart.length > 0) await this.#wish.restart(restart);
  }

  /** Rejects never: what goes wrong is told, and tried again for a while. */
  async #flush(service: string, changes?: number, times = 0): Promise<void> {
    const sync = this.#services.get(service);
    if (sync === undefined || this.#stop.signal.aborted) return;
    const begins = (): void => {
      if (changes === undefined) return;
      this.#wish.log(`Syncing service ${JSON.stringify(service)} after ${changes} changes were detected`);
    };
    const whole = await sync.flush(begins).catch((error: unknown) => {
      this.#problem(`can't sync service ${JSON.stringify(service)}: ${textOf(error)}`);
      return false;
    });
    const pause = retries[times];
    if (whole || pause === undefined) return;
    sleep(pause, undefined, { signal: this.#stop.signal, ref: false })
      .then(() => this.#flush(service, undefined, times + 1))
      .catch(() => undefined);
  }

  async #follow(events: AsyncIterable<EngineEvent>): Promise<void> {
    for await (const event of events) {
      if (!telling.has(event.action)) continue;
      const service = this.#wish.serviceOf(event);
      this.#replicas.delete(service);
      if (event.action === 'start' || event.action === 'unpause') this.#resync([service]);
    }
  }

  #resync(services: readonly string[]): void {
    for (const service of services) void this.#flush(service);
  }

  /** Events may be lost where folders are made, and where there are too many: looks until nothing new is found. */
  #settleLater(step: number): void {
    clearTimeout(this.#settle);
    this.#settle = undefined;
    const pause = settling[step];
    if (pause === undefined || this.#stop.signal.aborted) return;
    this.#settle = setTimeout(() => {
      this.#settle = undefined;
      this.#enqueue(this.#roots, true);
      // Unless that look has found something and begun anew.
      void this.#turn.then(() => {
        if (this.#settle === undefined) this.#settleLater(step + 1);
      });
    }, pause);
  }

  /** What goes wrong because it is to end is no problem. */
  #problem(text: string): void {
    if (!this.#stop.signal.aborted) this.#wish.problem(text);
  }

  #containers(service: string): Promise<readonly Replica[]> {
    const known = this.#replicas.get(service);
    if (known !== undefined) return known;
    const asking = this.#wish.containers(service);
    this.#replicas.set(service, asking);
    asking.catch(() => this.#replicas.delete(service));
    return asking;
  }

  #serviceSync(service: string): ServiceSync {
    const { engine, hasBuild, sent, rules, began } = this.#wish;
    const initial = rules.filter((rule) => rule.service === service && rule.initialSync);
    return new ServiceSync({
      engine,
      containers: () => this.#containers(service),
      initial: async ({ id }) => {
        if (initial.length === 0) return [];
        const built = this.#built.get(service) ?? began;
        return await initialCopies(engine, id, initial, { hasBuild: hasBuild(service), built });
      },
      sent: (one) => sent(service, one),
      unreadable: (path, error) => this.#problem(`can't read ${path}: ${textOf(error)}`),
      failed: ({ name }, error) => {
        this.#replicas.delete(service);
        this.#problem(`can't sync ${name}: ${textOf(error)}`);
      },
    });
  }
}

function isNewFolder({ now, before }: Change): boolean {
  return now === 'directory' && before !== 'directory';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's limits are what most often stands in the way. */
function watchError({ message }: Error): string {
  const limit = /ENOSPC|EMFILE/.test(message);
  const hint = ' (raise fs.inotify.max_user_watches and max_user_instances, or leave folders out by ignore)';
  return `not everything can be watched: ${message}${limit ? hint : ''}`;
}
