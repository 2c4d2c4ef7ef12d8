import { temporaryName } from '../../model/names.ts';
import type { Service } from '../../model/service.ts';
import { parseDuration } from '../../util/duration.ts';
import type { Slot, UpContext } from '../context.ts';
import type { BackendUse, ContainerRef, Operation } from '../operations.ts';
import type { NodeId } from '../plan.ts';
import { aboutSlot, refToSlot } from '../steps/containers.ts';
import { addHooks } from '../steps/hooks.ts';
import { preStartNodes } from '../steps/pre-start.ts';
import { createNodes } from '../steps/slots.ts';
import { addStop } from '../steps/stop-container.ts';
import { forwarderRef } from './forwarder.ts';

/** Milliseconds that a container without any check has to run before it counts as well. */
const leastSteady = 1000;

/** The steps of one replacement, one after another. */
export class Chain {
  readonly context: UpContext;
  readonly slot: Slot;
  readonly #service: Service;
  readonly #nodes: NodeId[] = [];
  #last: readonly NodeId[];

  constructor(context: UpContext, slot: Slot, after: readonly NodeId[]) {
    this.context = context;
    this.slot = slot;
    this.#service = context.project.services[slot.service]!;
    this.#last = after;
  }

  /** Its own nodes, in their order. */
  get nodes(): readonly NodeId[] {
    return this.#nodes;
  }

  /** What comes after the last step. */
  get last(): readonly NodeId[] {
    return this.#last;
  }

  get before(): ContainerRef {
    return { id: this.slot.present!.id, name: this.slot.present!.name };
  }

  get now(): ContainerRef {
    return refToSlot(this.slot, createNodes(this.context, this.slot));
  }

  add(operation: Operation, because: string): NodeId {
    const after = this.#last;
    const node = this.context.builder.add(operation, { after, because, subject: aboutSlot(this.slot) });
    this.#take([node], [node]);
    return node;
  }

  #take(made: readonly NodeId[], last: readonly NodeId[]): void {
    this.#nodes.push(...made);
    this.#last = last;
  }

  create(): void {
    const after = [...(this.context.createAfter ?? []), ...this.#last];
    const created = createNodes({ ...this.context, createAfter: after }, this.slot);
    this.#take(created, [...this.#last, ...created]);
  }

  /** @param first what the start comes after beside the steps before it */
  start(first: readonly NodeId[]): void {
    const { builder } = this.context;
    const before = builder.ids.length;
    const waits = [...this.#last, ...first, ...(this.context.startAfter ?? [])];
    const after = preStartNodes(this.context, this.slot, waits, false);
    const subject = aboutSlot(this.slot);
    const container = this.now;
    const start = builder.add({ kind: 'start-container', container }, { after, subject, because: 'created' });
    const ready = addHooks(builder, 'post_start', this.#service, container, subject, [start]);
    this.#take(builder.ids.slice(before), ready);
  }

  /** Until the new container is healthy; one without a health check, until it takes connections. */
  ready(): void {
    const timeoutMs = readyWithin(this.context, this.#service);
    const container = this.now;
    this.add(
      { kind: 'wait-container', container, until: 'ready', timeoutMs },
      'must work before it takes over',
    );
    if (hasOwnCheck(this.#service) || !this.forwarded) return;
    const probe = { kind: 'probe-backend', forwarder: this.#forwarder, container, timeoutMs } as const;
    this.add(probe, 'must take connections');
  }

  steady(monitorMs: number): void {
    const least = hasOwnCheck(this.#service) || this.forwarded ? 0 : leastSteady;
    const milliseconds = Math.max(monitorMs, least);
    if (milliseconds === 0) return;
    this.add({ kind: 'monitor-container', container: this.now, milliseconds }, 'must go on to work');
  }

  stopBefore(): void {
    const { builder, intent } = this.context;
    const from = builder.ids.length;
    const after = this.#last;
    const stopped = addStop(builder, this.slot.present!, {
      ...{ because: this.slot.because, after, service: this.#service, timeout: intent.timeout },
    });
    this.#take(builder.ids.slice(from), stopped.length > 0 ? stopped : after);
  }

  get forwarded(): boolean {
    return this.context.forwardings.has(this.slot.service);
  }

  /** Until the one before has gone. */
  get #nameNow(): string {
    return temporaryName(this.slot.present!.id, this.slot.name, this.context.observed.containers);
  }

  get #forwarder(): ContainerRef {
    return forwarderRef(this.context, this.slot.service);
  }

  /** Says which of both containers the forwarder uses from now on. */
  use(
    because: string,
    ...changes: readonly (readonly [which: 'before' | 'now', use: BackendUse, was: BackendUse])[]
  ): void {
    if (!this.forwarded) return;
    const { ports } = this.context.forwardings.get(this.slot.service)!;
    const refs = { before: this.before, now: { ...this.now, name: this.#nameNow } };
    const listed = changes.map(([which, use, was]) => ({ container: refs[which], use, was }));
    this.add({ kind: 'set-forward', forwarder: this.#forwarder, ports, changes: listed }, because);
  }

  drainBefore(): void {
    if (!this.forwarded) return;
    const timeoutMs = this.context.forwardings.get(this.slot.service)!.drainMs;
    this.add(
      { kind: 'drain-backend', forwarder: this.#forwarder, container: this.before, timeoutMs },
      'what it has begun, it ends',
    );
  }
}

export function hasOwnCheck({ healthcheck }: Service): boolean {
  const { test = [], disable } = healthcheck ?? {};
  return test.length > 0 && test[0] !== 'NONE' && disable !== true;
}

/** Milliseconds in which a container of the service must be ready: as long as its check may take to give up. */
export function readyWithin({ intent }: UpContext, { healthcheck }: Service): number {
  if (intent.inTurn && intent.waitTimeoutMs !== undefined) return intent.waitTimeoutMs;
  const seconds = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : parseDuration(text) / 1e9;
  const { interval, timeout, start_period, retries } = healthcheck ?? {};
  const check = (seconds(interval, 30) + seconds(timeout, 30)) * ((retries ?? 3) + 1);
  return Math.round((seconds(start_period, 0) + Math.max(60, check)) * 1000);
}
