import { temporaryName } from '../../model/names.ts';
import { forwarderOf, isAlive } from '../../observe/membership.ts';
import type { ObservedContainer } from '../../observe/observed.ts';
import { once, type Slot, slotsOf, type UpContext } from '../context.ts';
import type { NodeId } from '../plan.ts';
import { aboutContainer, aboutSlot, refTo, refToSlot } from '../steps/containers.ts';
import { removePresent, stopPresent } from '../steps/present.ts';
import { createNodes } from '../steps/slots.ts';
import { dependencyNodes, needsStart, startNodes } from '../steps/start-service.ts';
import { addStop } from '../steps/stop-container.ts';
import { hasOwnCheck, readyWithin } from './chain.ts';
import { aboutForwarder, createForwarder, forwarderName, forwarderRef, startForwarder } from './forwarder.ts';
import { isAsWanted } from './forwarding.ts';
import { holders, movePorts } from './move-ports.ts';
import { rolledSlots, rollService } from './roll-service.ts';

/** The part of a service's `up` that goes step by step: containers in turn, and ports that a forwarder holds. */
export function addUpdate(context: UpContext, name: string): void {
  const forwarding = context.forwardings.get(name);
  if (forwarding === undefined) giveBackPorts(context, name);
  const rolled = rolledSlots(context, name);
  const waits = rolled.length > 0 ? dependencyNodes(context, name) : [];
  if (forwarding === undefined) {
    if (rolled.length > 0) rollService(context, name, rolled, waits);
    return;
  }
  if (isServing(context, name))
    for (const { container } of surplusOf(context, name)) leave(context, container);
  const { present } = forwarding;
  const moves = holders(context, name);
  if (moves.length > 0) tellGap(context, name, moves);
  const others = moves.filter((one) => one !== present && rolled.every((slot) => slot.present !== one));
  const replaced = present !== undefined && !isAsWanted(forwarding) && !forwarding.swept;
  if (context.intent.start && others.length === 0 && (moves.length > 0 || replaced)) {
    movePorts(context, name, rolled, waits);
    return;
  }
  if (present === undefined) tellForwarder(context, name);
  const freed = context.intent.start ? others.flatMap((one) => stopPresent(context, one)) : [];
  if (context.intent.start || present === undefined) startForwarder(context, name, freed);
  if (rolled.length > 0) rollService(context, name, rolled, waits);
}

/** Tells the forwarder all containers of the service, once they have started. */
export function finishPorts(context: UpContext, name: string, before: number): void {
  const { builder, intent, project } = context;
  const forwarding = context.forwardings.get(name);
  if (forwarding === undefined || !intent.start || builder.ids.length === before) return;
  if (context.memo.has(`told ${name}`)) return;
  const slots = slotsOf(context, name);
  const serving = slots.some((slot) => slot.action === 'keep' && !needsStart(context, slot));
  const started = slots.flatMap((slot) => {
    const nodes = startNodes(context, slot);
    const joins = serving && slot.action === 'create' && hasOwnCheck(project.services[name]!);
    return joins ? ready(context, slot, nodes) : nodes;
  });
  const changes = slots.map((slot) => ({
    container: refToSlot(slot, createNodes(context, slot)),
    use: 'all' as const,
    was: 'gone' as const,
  }));
  builder.add(
    {
      kind: 'set-forward',
      forwarder: forwarderRef(context, name),
      ...{ ports: forwarding.ports, changes, exact: true },
    },
    {
      after: [...startForwarder(context, name), ...started],
      ...{ subject: aboutForwarder(name), because: 'these containers serve' },
    },
  );
}

/** One that comes beside others that serve gets no connection before it is ready. */
function ready(context: UpContext, slot: Slot, after: readonly NodeId[]): readonly NodeId[] {
  const container = refToSlot(slot, createNodes(context, slot));
  const timeoutMs = readyWithin(context, context.project.services[slot.service]!);
  return [
    context.builder.add(
      { kind: 'wait-container', container, until: 'ready', timeoutMs },
      { after, subject: aboutSlot(slot), because: 'must work before it serves' },
    ),
  ];
}

function surplusOf(context: UpContext, name: string) {
  return context.decisions.get(name)!.surplus;
}

function isServing(context: UpContext, name: string): boolean {
  const forwarding = context.forwardings.get(name)!;
  return isAsWanted(forwarding) && forwarding.present!.state === 'running';
}

/** A container that goes for good ends what it has begun first. */
function leave(context: UpContext, container: ObservedContainer): void {
  if (!isAlive(container)) return;
  const { service } = container;
  const forwarding = context.forwardings.get(service)!;
  once(context, `stop ${container.id}`, () => {
    const { builder, project, intent } = context;
    const subject = aboutContainer(container);
    const { forwarder, ref } = { forwarder: refTo(forwarding.present!), ref: refTo(container) };
    const because = 'leaves';
    const changes = [{ container: ref, use: 'none', was: 'all' } as const];
    const set = builder.add(
      { kind: 'set-forward', forwarder, ports: forwarding.ports, changes },
      { subject, because },
    );
    const drained = builder.add(
      { kind: 'drain-backend', forwarder, container: ref, timeoutMs: forwarding.drainMs },
      { after: [set], subject, because },
    );
    const options = { because, service: project.services[service], timeout: intent.timeout };
    return addStop(builder, container, { ...options, after: [drained] });
  });
}

/** The service publishes its ports itself again: its forwarder goes before. */
function giveBackPorts(context: UpContext, name: string): void {
  const forwarder = forwarderOf(context.observed, name);
  if (forwarder === undefined || !context.intent.start) return;
  if (isAlive(forwarder)) {
    gap(
      context,
      `service ${name} gets its ports back from its forwarder: they are closed until it has started`,
    );
  }
  // With `atomic` it goes when all is well.
  once(context, `ports ${name}`, () =>
    context.intent.atomic ? stopPresent(context, forwarder) : removePresent(context, forwarder),
  );
}

/** A forwarder that was replaced, or is not wanted any more, goes for good; the new one takes its name. */
export function settlePorts(context: UpContext, name: string): void {
  const { builder, forwardings, intent, observed } = context;
  const before = forwarderOf(observed, name);
  const forwarding = forwardings.get(name);
  if (before === undefined || !intent.start || (forwarding !== undefined && isAsWanted(forwarding))) return;
  const removed = removePresent(context, before);
  if (forwarding === undefined || forwarding.swept) return;
  once(context, `settle forwarder ${name}`, () => {
    const to = forwarderName(context, name);
    const container = {
      createdBy: createForwarder(context, name)[0]!,
      name: temporaryName(before.id, to, observed.containers),
    };
    return [
      builder.add(
        { kind: 'rename-container', container, to },
        { after: removed, subject: aboutForwarder(name), because: 'replaced' },
      ),
    ];
  });
}

function tellGap(context: UpContext, name: string, moves: readonly ObservedContainer[]): void {
  const from = moves.map((one) => one.name).join(', ');
  gap(
    context,
    `ports of service ${name} move to a forwarder, once: closed from the stop of ${from} until it has started`,
  );
}

function gap({ builder, intent }: UpContext, message: string): void {
  const hint = 'later updates have no such gap; open connections are cut';
  if (intent.noGap) builder.refuse('port-gap', message, 3, 'leave out --no-gap to accept it');
  else builder.warn('port-gap', message, hint);
}

function tellForwarder({ builder, forwardings }: UpContext, name: string): void {
  const { ports } = forwardings.get(name)!.ports;
  const list = ports.map(({ port, protocol }) => `${port}/${protocol}`).join(', ');
  const udp = ports.some(({ protocol }) => protocol === 'udp') ? '; datagrams are not drained' : '';
  const client = ports.some(({ proxy }) => proxy === undefined)
    ? '; the service sees its address instead of the client’s'
    : '';
  const message = `a forwarder holds ${list} of service ${name}, for updates without a gap${client}${udp}`;
  builder.warn('forwarder', message, 'docs/updates.md tells what that means, and how to do without');
}
