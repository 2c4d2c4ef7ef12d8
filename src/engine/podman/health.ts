import { existsSync } from 'node:fs';
import { objectOf } from '../../util/json.ts';
import { type Api, segment } from '../client/api.ts';
import { listContainers } from '../client/containers.ts';
import type { ContainerDetails, EngineEvent, EventFilter } from '../engine.ts';
import { containerDetails } from '../read/details.ts';

const second = 1e9;
const defaultInterval = 30 * second;
const milliseconds = (nanoseconds: number) => nanoseconds / 1e6;

/**
 * Runs the health checks of containers where nothing else does: Podman leaves them to systemd's timers,
 * which are missing in containers, on small machines and in most CI. A container that has been up for
 * its interval and two seconds more without an entry in its log has no timer.
 */
export class HealthKeeper {
  readonly #api: Api;
  readonly #tell: (event: EngineEvent) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #told = new Map<string, string>();
  #closed = false;

  constructor(api: Api, tell: (event: EngineEvent) => void) {
    this.#api = api;
    this.#tell = tell;
  }

  /** Takes up the containers that run already. */
  async watchRunning(filter: EventFilter): Promise<void> {
    const labels = filter.labels === undefined ? {} : { labels: filter.labels };
    for (const one of await listContainers(this.#api, labels)) {
      if (one.health !== '' && isNamed(one, filter)) this.watch(one.id);
    }
  }

  /** A container has started. */
  watch(id: string): void {
    this.forget(id);
    this.#told.set(id, 'starting');
    this.#plan(id, 0, () => this.#begin(id));
  }

  /** The engine says that a check ran: its result is in the container's state a moment later. */
  look(id: string): void {
    setTimeout(() => this.#guard(id, () => this.#inspect(id).then(() => {})), 100).unref();
  }

  forget(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#told.delete(id);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #begin(id: string): Promise<void> {
    const details = await this.#inspect(id);
    const check = details.body.Healthcheck;
    if (details.state.health === undefined || check === undefined || !details.state.running) return;
    const interval = check.Interval || defaultInterval;
    // Where this machine has no systemd, there is nothing to wait for.
    const alone = this.#api.local && !existsSync('/run/systemd/system');
    const delay = alone ? pause(details) : interval + 2 * second;
    this.#plan(id, milliseconds(delay), async () => {
      const now = alone ? details : await this.#inspect(id);
      if ((now.state.health?.log.length ?? 0) === 0) await this.#check(id, details);
    });
  }

  async #check(id: string, details: ContainerDetails): Promise<void> {
    await this.#api.libpod('GET', `/containers/${segment(id)}/healthcheck`);
    const now = await this.#inspect(id);
    if (!now.state.running) return;
    this.#plan(id, milliseconds(pause(now)), () => this.#check(id, details));
  }

  async #inspect(id: string): Promise<ContainerDetails> {
    const raw = objectOf(await this.#api.json('GET', `/containers/${segment(id)}/json`));
    const details = containerDetails(raw);
    const status = details.state.health?.status;
    if (status !== undefined && this.#told.get(id) !== status && !this.#closed) {
      this.#told.set(id, status);
      this.#tell(healthEvent(details, status));
    }
    return details;
  }

  #plan(id: string, delay: number, work: () => Promise<void>): void {
    if (this.#closed) return;
    this.#timers.set(
      id,
      setTimeout(() => this.#guard(id, work), delay),
    );
  }

  /** A container that is gone, stopped or unreachable needs no more checks: its own events tell that. */
  #guard(id: string, work: () => Promise<void>): void {
    if (!this.#closed) work().catch(() => this.forget(id));
  }
}

/** The time until the next check: shorter while the container is given time to start, as in Docker. */
function pause(details: ContainerDetails): number {
  const check = details.body.Healthcheck;
  const interval = check?.Interval || defaultInterval;
  const up = (Date.now() - Date.parse(details.state.startedAt)) * 1e6;
  const starting = details.state.health?.status === 'starting' && up < (check?.StartPeriod ?? 0);
  return starting ? Math.min(interval, check?.StartInterval || 5 * second) : interval;
}

function isNamed(one: { id: string; names: readonly string[] }, filter: EventFilter): boolean {
  const wanted = filter.containers;
  return wanted === undefined || wanted.some((text) => one.id.startsWith(text) || one.names.includes(text));
}

function healthEvent(details: ContainerDetails, status: string): EngineEvent {
  return {
    type: 'container',
    action: 'health_status',
    detail: status,
    id: details.id,
    attributes: { ...details.body.Labels, name: details.name, image: details.image },
    timeNano: BigInt(Date.now()) * 1_000_000n,
  };
}
