import { isAlive } from '../../observe/membership.ts';
import type { ObservedContainer } from '../../observe/observed.ts';
import { type Slot, slotsOf, type UpContext } from '../context.ts';
import type { NodeId } from '../plan.ts';
import { refTo, refToSlot } from '../steps/containers.ts';
import { createNodes } from '../steps/slots.ts';
import { needsStart } from '../steps/start-service.ts';
import { addStop } from '../steps/stop-container.ts';
import { Chain, readyWithin } from './chain.ts';
import { aboutForwarder, createForwarder, forwarderRef } from './forwarder.ts';
import { isAsWanted } from './forwarding.ts';
import { rollbackPolicy, updatePolicy } from './policy.ts';
import { settle } from './roll-service.ts';

/** Who holds the service's ports now and has to let go before its forwarder can start. */
export function holders(context: UpContext, name: string): readonly ObservedContainer[] {
  const forwarding = context.forwardings.get(name)!;
  if (isAsWanted(forwarding) || forwarding.swept) return [];
  if (forwarding.present !== undefined) return isAlive(forwarding.present) ? [forwarding.present] : [];
  const publish = ({ ports }: ObservedContainer) => ports.some(({ hostPort }) => (hostPort ?? 0) !== 0);
  return slotsOf(context, name).flatMap(({ present }) =>
    present !== undefined && isAlive(present) && publish(present) ? [present] : [],
  );
}

/**
 * Gives the ports of a running service to a forwarder, or to another one. New containers are ready before; then
 * there is one gap, from the stop of who holds the ports until the forwarder has started.
 * @returns nodes after which the forwarder serves
 */
export function movePorts(
  context: UpContext,
  name: string,
  slots: readonly Slot[],
  waits: readonly NodeId[],
): readonly NodeId[] {
  const { builder, project, intent } = context;
  const service = project.services[name]!;
  const forwarding = context.forwardings.get(name)!;
  const letGo = holders(context, name);
  const subject = aboutForwarder(name);
  const steps: NodeId[] = [];
  let last: readonly NodeId[] = waits;
  for (const slot of slots) {
    const chain = new Chain(context, slot, last);
    chain.create();
    chain.start([]);
    const until = { kind: 'wait-container', container: chain.now, until: 'ready' } as const;
    chain.add({ ...until, timeoutMs: readyWithin(context, service) }, 'must work before it takes over');
    steps.push(...chain.nodes);
    last = chain.last;
  }
  const created = createForwarder(
    { ...context, createAfter: [...(context.createAfter ?? []), ...last] },
    name,
  );
  steps.push(...created);
  const from = builder.ids.length;
  const because = 'lets go of the ports';
  const options = { because, service, timeout: intent.timeout };
  const stopped = letGo.flatMap((holder) =>
    addStop(builder, holder, {
      ...{ ...options, after: [...created, ...last] },
      service: holder === forwarding.present ? undefined : service,
    }),
  );
  steps.push(...builder.ids.slice(from));
  const forwarder = forwarderRef(context, name);
  const started = builder.add(
    { kind: 'start-container', container: forwarder },
    { after: [...created, ...stopped, ...last], subject, because: 'takes the ports' },
  );
  const changes = slotsOf(context, name)
    .filter((slot) => slots.includes(slot) || slot.action === 'keep')
    .map((slot) => ({
      container: refToSlot(slot, createNodes(context, slot)),
      use: 'all' as const,
      was: 'gone' as const,
    }));
  const set = builder.add(
    { kind: 'set-forward', forwarder, ports: forwarding.ports, changes, exact: true },
    { after: [started], subject, because: 'takes over' },
  );
  steps.push(started, set);
  const gate = builder.add(
    { kind: 'pass-gate', service: name, replaced: 1, of: 1 },
    { whenEnded: [set], subject, because: 'ports move' },
  );
  context.memo.set(`start forwarder ${name}`, [gate]);
  context.memo.set(`updated ${name}`, [gate]);
  const covered = slotsOf(context, name).every(
    (slot) => slots.includes(slot) || (slot.action === 'keep' && !needsStart(context, slot)),
  );
  if (covered) context.memo.set(`told ${name}`, [set]);
  finish(context, name, slots, letGo, gate);
  const pause = { parallelism: 0, delayMs: 0, order: 'stop-first', failureAction: 'pause' } as const;
  builder.roll({
    ...{ service: name, engine: context.observed.engine, size: Math.max(1, slots.length), moves: true },
    // All of it or nothing: no ratio of failures is tolerated.
    policy: { ...pause, monitorMs: 0, ...updatePolicy(service), maxFailureRatio: 0 },
    rollback: rollbackPolicy(service),
    ...{ readyMs: readyWithin(context, service), drainMs: forwarding.drainMs },
    replacements: [
      {
        steps,
        containers: slots.map((slot) => ({
          replica: slot.number,
          before: refTo(slot.present!),
          now: refToSlot(slot, createNodes(context, slot)),
        })),
      },
    ],
  });
  return [gate];
}

/** What was there before goes, once the forwarder serves. */
function finish(
  context: UpContext,
  name: string,
  slots: readonly Slot[],
  letGo: readonly ObservedContainer[],
  gate: NodeId,
): void {
  const { builder, project, intent } = context;
  for (const slot of slots) {
    const present = slot.present!;
    const rest = { because: slot.because, service: project.services[name], timeout: intent.timeout };
    const stopped = letGo.includes(present) ? [] : addStop(builder, present, { ...rest, after: [gate] });
    settle(context, slot, [gate, ...stopped]);
    context.memo.set(`start ${name} ${slot.number} ${present.id}`, [gate]);
  }
  const { present } = context.forwardings.get(name)!;
  if (present !== undefined) context.memo.set(`stop ${present.id}`, [gate]);
}
