import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerDetails, Engine, EngineEvent } from '../../engine/engine.ts';
import { sinceLastEnd } from '../../logs/follow.ts';
import { type FollowFrom, LogFollower } from '../../logs/follower.ts';
import type { LogSource } from '../../logs/line.ts';
import { type FollowEnd, stateOf } from '../../logs/runs.ts';
import { containerEvents, sourceOf } from '../../logs/started.ts';
import type { Outcome } from '../../pipeline.ts';
import { type Deferred, deferred } from '../../util/deferred.ts';
import { logSource, projectContainers, serviceOf } from '../containers.ts';
import type { LogView } from '../logs/view.ts';
import type { Gate } from './gate.ts';

export interface AttachWish {
  readonly project: string;
  /** Containers of these services are shown. */
  readonly shown: (service: string) => boolean;
  /** What containers of these services print is kept nowhere: logging driver `none`. */
  readonly keepsNoLog: (service: string) => boolean;
  /** Containers of these services are followed. */
  readonly watched: (service: string) => boolean;
  /** Those among them whose ends are waited for. */
  readonly counted: (service: string) => boolean;
  /** When to end before all containers have. */
  readonly until?: 'exit' | 'failure' | undefined;
  /** Names of the containers that will be shown, for the first line. */
  readonly names: () => readonly string[];
  /** Lets lines through. */
  readonly gate: Gate;
  /** Opens the gate at the first start; else `settle` does. */
  readonly early: boolean;
  /** True while we end containers to replace them; of one service, if it is named. */
  readonly replaced?: (service?: string) => boolean;
}

export interface Ended {
  readonly service: string;
  readonly number: number;
  readonly exitCode: number;
}

/** Milliseconds in which a container that was removed may be replaced before it counts as ended. */
const replacement = 300;

/** Shows the logs of a project's containers, from their starts on, and tells when they end. */
export class Attached {
  readonly ends: Ended[] = [];
  /** Resolves when all counted containers have ended, or what `until` asks for has happened. */
  readonly over: Promise<void>;
  readonly #engine: Engine;
  readonly #view: LogView;
  readonly #wish: AttachWish;
  readonly #follower: LogFollower;
  readonly #stop = new AbortController();
  readonly #end: Deferred<void> = deferred<void>();
  readonly #made = new Set<string>();
  readonly #finished = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #alive = new Set<string>();
  #silent = 0;
  #settled = false;
  #announced = false;

  private constructor(engine: Engine, view: LogView, wish: AttachWish) {
    this.#engine = engine;
    this.#view = view;
    this.#wish = wish;
    this.over = this.#end.promise;
    // Its end may come while nobody waits for it yet.
    this.over.catch(() => undefined);
    this.#follower = new LogFollower(engine, {
      unreadable: 'attach',
      signal: this.#stop.signal,
      write: async (lines) => {
        await wish.gate.pass();
        await view.write(lines);
      },
      ended: (source, end) => this.#guard(this.#ended(source, end)),
      restarting: (source, code) => this.#guard(this.#tell(source, `exited with code ${code} (restarting)`)),
    });
    this.#follower.failed.catch(this.#end.reject);
  }

  /** Watches from now on; nothing that starts later is missed. */
  static async open(engine: Engine, view: LogView, wish: AttachWish): Promise<Attached> {
    const self = new Attached(engine, view, wish);
    const lost = async () => undefined;
    const events = await containerEvents(engine, wish.project, self.#stop.signal, lost);
    self.#guard(self.#watch(events));
    return self;
  }

  /** Connects to a container that keeps no log before it is started, so that its first line is seen. */
  readonly beforeStart = async (id: string, service: string): Promise<void> => {
    const { keepsNoLog, shown, watched } = this.#wish;
    if (!watched(service) || !shown(service) || !keepsNoLog(service)) return;
    // Podman attaches to a container that has ended only when it is running again.
    const state = this.#engine.facts.kind === 'podman' ? await stateOf(this.#engine, id) : undefined;
    if (state === undefined || state.status === 'created') await this.#follower.attachEarly(id);
  };

  /** The containers are as the command wanted them: takes up those that ran before. */
  async settle({ plan, result }: Outcome): Promise<void> {
    const started = new Set<string>();
    for (const { id, operation } of plan.nodes) {
      const created = result?.created.get(id);
      if (operation.kind === 'create-container' && created !== undefined) this.#made.add(created);
      if (operation.kind === 'start-container' && 'id' in operation.container)
        started.add(operation.container.id);
    }
    this.announce();
    const all = await projectContainers(this.#engine, this.#wish.project, { all: true, oneOff: false });
    for (const one of all.filter((c) => this.#wish.watched(serviceOf(c)))) {
      if (this.#names.has(one.id)) continue;
      const source = logSource(one, this.#wish.project);
      if (this.#made.has(one.id) || started.has(one.id)) await this.#begin(source);
      else if (one.state === 'running' || one.state === 'paused') this.#take(source, { tail: 0 });
    }
    this.#settled = true;
    this.#guard(this.#look());
  }

  /** Says whose logs follow, and lets them through. */
  announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    const names = this.#wish.names();
    for (const name of names) this.#view.register(name);
    if (names.length > 0) this.#view.say(`Attaching to ${names.join(', ')}\n`);
    this.#wish.gate.open();
  }

  /** Resolves when every container has ended and its last line was written. */
  async drained(): Promise<void> {
    while (this.#follower.active + this.#silent > 0) await sleep(20);
    await this.#follower.flush();
  }

  /** Ends at once. */
  close(): void {
    this.#stop.abort();
    this.#end.resolve();
  }

  async #watch(events: AsyncIterable<EngineEvent>): Promise<void> {
    for await (const event of events) {
      const source = sourceOf(event, this.#wish.project);
      if (!this.#wish.watched(source.service)) continue;
      if (event.action === 'create') {
        this.#made.add(event.id);
        this.#guard(this.beforeStart(event.id, source.service));
      }
      if (event.action === 'die') {
        const exitCode = Number(event.attributes['exitCode'] ?? 0);
        this.#follower.died(event.id, { exitCode, timeNano: event.timeNano });
      }
      if (event.action !== 'start') continue;
      if (this.#wish.early) this.announce();
      await this.#begin(source);
    }
  }

  /** A start: a new container is shown from its first line, another one from this run on. */
  async #begin(source: LogSource): Promise<void> {
    const { id, name } = source;
    const state = await stateOf(this.#engine, id);
    if (this.#finished.has(id) && (!state?.running || this.#finished.get(id) === state.startedAt)) return;
    const replaced = [...this.#names].some(([other, its]) => its === name && other !== id);
    if (replaced && this.#settled) await this.#tell(source, 'has been recreated');
    const from = this.#made.has(id) || state === undefined ? { tail: 'all' as const } : sinceLastEnd(state);
    this.#take(source, { ...from, startedAt: state?.startedAt });
  }

  #take(source: LogSource, from: FollowFrom): void {
    this.#names.set(source.id, source.name);
    if (this.#wish.counted(source.service)) this.#alive.add(source.id);
    if (this.#wish.shown(source.service)) {
      this.#follower.follow(source, from);
    } else {
      this.#silent += 1;
      this.#guard(
        this.#waitFor(source).then((end) => {
          this.#silent -= 1;
          return this.#ended(source, end);
        }),
      );
    }
  }

  /** For containers that are not shown. */
  async #waitFor(source: LogSource): Promise<FollowEnd> {
    const { signal } = this.#stop;
    for (;;) {
      await this.#engine.waitContainer(source.id, 'not-running', signal).catch(() => undefined);
      if (signal.aborted) return 'aborted';
      const state = await stateOf(this.#engine, source.id);
      if (state === undefined) return 'gone';
      if (!state.running && !state.restarting) return { exitCode: state.exitCode };
      await sleep(100);
    }
  }

  async #ended(source: LogSource, end: FollowEnd): Promise<void> {
    if (end === 'aborted') return;
    this.#alive.delete(source.id);
    if (typeof end === 'object') {
      const { service, replica } = source;
      const state: ContainerDetails['state'] | undefined = await stateOf(this.#engine, source.id);
      this.#finished.set(source.id, state?.startedAt ?? '');
      if (this.#wish.counted(service) && !this.#wish.replaced?.(service))
        this.ends.push({ service, number: replica, exitCode: end.exitCode });
      await this.#tell(source, `exited with code ${end.exitCode}`);
    }
    await this.#look();
  }

  async #tell(source: LogSource, what: string): Promise<void> {
    if (!this.#wish.shown(source.service)) return;
    await this.#wish.gate.pass();
    this.#view.say(`\r\u001b[K${source.name} ${what}\n`);
  }

  /** Looks whether this is the end. */
  async #look(): Promise<void> {
    if (!this.#settled) return;
    const { until } = this.#wish;
    const enough = this.ends.some(
      ({ exitCode }) => until === 'exit' || (until === 'failure' && exitCode !== 0),
    );
    if (enough) return this.#end.resolve();
    if (this.#alive.size > 0) return;
    // Another command may be replacing the last one: a moment later its successor is there.
    do await sleep(replacement);
    while (this.#wish.replaced?.());
    const all = await projectContainers(this.#engine, this.#wish.project, { all: true, oneOff: false });
    const next = all.some((c) => c.state === 'created' && this.#wish.counted(serviceOf(c)));
    if (!next && this.#alive.size === 0) this.#end.resolve();
  }

  #guard(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.#end.reject(error);
    });
  }
}
