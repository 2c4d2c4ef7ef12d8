import { parentsOf } from '../../model/graph.ts';
import type { Service } from '../../model/service.ts';
import { containersOf, isAlive, sharesNetworkOf } from '../../observe/membership.ts';
import { type Slot, slotsOf, type UpContext } from '../context.ts';
import type { NodeId, Subject } from '../plan.ts';
import { aboutSlot } from '../steps/containers.ts';
import { removePresent } from '../steps/present.ts';
import { addRemove } from '../steps/stop-container.ts';
import { Chain, readyWithin } from './chain.ts';
import { forwarderRef } from './forwarder.ts';
import { rollbackPolicy, type UpdatePolicy, updatePolicy } from './policy.ts';
import { warnOfUpdate } from './refusals.ts';
import type { Replacement, Roll } from './roll.ts';

/** The containers of a service that a rolling update replaces. Empty: there is none, or it can't be one. */
export function rolledSlots(context: UpContext, name: string): readonly Slot[] {
  const { intent, project } = context;
  const service = project.services[name]!;
  const wanted = updatePolicy(service) !== undefined || context.forwardings.has(name) || intent.inTurn;
  if (!wanted || !intent.start || intent.atomic) return [];
  const slots = slotsOf(context, name).filter(
    ({ action, present }) => action === 'recreate' && present !== undefined && isAlive(present),
  );
  if (slots.length === 0) return [];
  const obstacle = obstacleTo(context, name) ?? sharedBy(context, slots);
  if (obstacle === undefined) return slots;
  const message = `service ${name} is replaced all at once, against its update_config: ${obstacle}`;
  context.builder.warn('not-rolling', message);
  return [];
}

function obstacleTo(context: UpContext, name: string): string | undefined {
  const { project } = context;
  const service = project.services[name]!;
  const network = Object.keys(service.networks ?? {}).find((key) => context.changedNetworks.has(key));
  if (network !== undefined) return `network ${network} is made anew`;
  const volume = (service.volumes ?? []).find(({ source = '' }) => context.changedVolumes.has(source));
  if (volume !== undefined) return `volume ${volume.source} is made anew`;
  const sharer = Object.entries(project.services).find(([, other]) => parentsOf(other).includes(name));
  if (sharer !== undefined && containersOf(context.observed, sharer[0]).some(isAlive)) {
    return `${sharer[0]} shares its namespaces or volumes`;
  }
  const parent = parentsOf(service).find((p) => slotsOf(context, p).some(({ action }) => action !== 'keep'));
  return parent === undefined ? undefined : `${parent}, whose namespaces or volumes it shares, is replaced`;
}

/** What the containers that are there share with others, whatever the files say by now. */
function sharedBy(
  { observed, stopping, removing, memo }: UpContext,
  slots: readonly Slot[],
): string | undefined {
  for (const { present } of slots) {
    const one = present!;
    const lives = observed.containers.find((c) => sharesNetworkOf(one, c));
    if (lives !== undefined && stopping.has(lives.id))
      return `${one.name} lives in the network of ${lives.name}`;
    const other = observed.containers.find((c) => sharesNetworkOf(c, one));
    if (other !== undefined && (isAlive(other) || removing.has(other.id)))
      return `${other.name} lives in the network of ${one.name}`;
    if (memo.has(`stop ${one.id}`)) return `${one.name} has to stop for others`;
  }
  return undefined;
}

/** How a service is updated that has a forwarder but says nothing of updates: one by one, clients wait. */
const quiet: UpdatePolicy = {
  ...{ parallelism: 1, delayMs: 0, order: 'stop-first', failureAction: 'pause' },
  ...{ monitorMs: 0, maxFailureRatio: 0 },
};

/** Without a word of its own a container that `update` brings must live this long before it counts, in milliseconds. */
const probation = 5_000;

function policyFor({ intent }: UpContext, service: Service): UpdatePolicy {
  const policy = updatePolicy(service) ?? quiet;
  if (!intent.inTurn) return policy;
  const { failure_action: action, monitor } = service.deploy?.update_config ?? {};
  return {
    ...policy,
    ...(action === undefined && { failureAction: 'rollback' }),
    ...(monitor === undefined && { monitorMs: probation }),
  };
}

/**
 * Replaces containers of a service in turn, as its `update_config` says.
 * @param waits what every start of the service comes after
 * @returns nodes after which the update is over and has gone well
 */
export function rollService(
  context: UpContext,
  name: string,
  slots: readonly Slot[],
  waits: readonly NodeId[],
): readonly NodeId[] {
  const { builder, project } = context;
  const service = project.services[name]!;
  const policy = policyFor(context, service);
  const forwarding = context.forwardings.get(name);
  const subject: Subject = { kind: 'service', name };
  warnOfUpdate(builder, name, forwarding?.service ?? service);
  const size = policy.parallelism === 0 ? slots.length : policy.parallelism;
  const replacements: Replacement[] = [];
  const ends: { readonly slot: Slot; readonly stopped: readonly NodeId[] }[] = [];
  let gate: readonly NodeId[] = context.memo.get(`start forwarder ${name}`) ?? [];
  let ended: readonly NodeId[] = [];
  const pass = (replaced: number) => {
    const delay = policy.delayMs > 0 && replaced < slots.length ? { delayMs: policy.delayMs } : {};
    const because = policy.order === 'start-first' ? 'new before old' : 'one after the other';
    gate = [
      builder.add(
        { kind: 'pass-gate', service: name, replaced, of: slots.length, ...delay },
        { after: gate, whenEnded: ended, subject, because },
      ),
    ];
  };
  for (let first = 0; first < slots.length; first += size) {
    if (first > 0) pass(first);
    const batch = slots.slice(first, first + size).map((slot) => {
      const chain = new Chain(context, slot, [...gate, ...doublesGone(context, slot)]);
      const steps = replace(chain, policy, [...waits, ...portsFreed(context, name)]);
      replacements.push({
        steps,
        containers: [{ replica: slot.number, before: chain.before, now: chain.now }],
      });
      ends.push({ slot, stopped: chain.last });
      return [...steps.slice(-1), ...chain.last];
    });
    ended = batch.flat();
  }
  pass(slots.length);
  for (const { slot, stopped } of ends) {
    // While everything may have to be taken back, the containers before stay, stopped.
    settle(context, slot, [...stopped, ...(policy.failureAction === 'rollback' ? gate : [])]);
    context.memo.set(`start ${slot.service} ${slot.number} ${slot.present?.id}`, gate);
  }
  context.memo.set(`updated ${name}`, gate);
  builder.roll({
    ...{ service: name, engine: context.observed.engine, policy, replacements },
    rollback: rollbackPolicy(service),
    size: slotsOf(context, name).length,
    readyMs: readyWithin(context, service),
    drainMs: forwarding?.drainMs ?? 0,
    ...(forwarding !== undefined && {
      forwarder: { container: forwarderRef(context, name), ports: forwarding.ports },
    }),
  } satisfies Roll);
  return gate;
}

/** Adds the steps of one replacement. @returns those that are undone if one of them fails */
function replace(chain: Chain, policy: UpdatePolicy, waits: readonly NodeId[]): readonly NodeId[] {
  chain.create();
  if (policy.order === 'start-first') {
    chain.start(waits);
    chain.ready();
    chain.use('takes over', ['now', 'all', 'gone'], ['before', 'spare', 'all']);
    chain.steady(policy.monitorMs);
    const steps = [...chain.nodes];
    chain.use('leaves', ['before', 'none', 'spare']);
    chain.drainBefore();
    chain.stopBefore();
    return steps;
  }
  chain.use('leaves', ['before', 'none', 'all']);
  chain.drainBefore();
  chain.stopBefore();
  chain.start(waits);
  chain.ready();
  chain.use('takes over', ['now', 'all', 'gone']);
  chain.steady(policy.monitorMs);
  return [...chain.nodes];
}

/** What an interrupted update left beside the container goes before a new one is made. */
function doublesGone(context: UpContext, { service, number, present }: Slot): readonly NodeId[] {
  const { surplus } = context.decisions.get(service)!;
  return surplus
    .filter(({ container }) => container.number === number && container.id !== present?.id)
    .flatMap(({ container }) => removePresent(context, container));
}

/** Nodes after which a forwarder that the service no longer has holds none of its ports. */
export function portsFreed(context: UpContext, name: string): readonly NodeId[] {
  return context.memo.get(`ports ${name}`) ?? [];
}

/** The container before goes for good, and the new one takes its name. */
export function settle(context: UpContext, slot: Slot, after: readonly NodeId[]): void {
  const { builder, memo } = context;
  const present = slot.present!;
  const { because } = slot;
  const removed = addRemove(builder, present, { because, after, volumes: false });
  const { now } = new Chain(context, slot, removed);
  const renamed = builder.add(
    { kind: 'rename-container', container: now, to: slot.name },
    { after: removed, subject: aboutSlot(slot), because },
  );
  memo.set(`remove ${present.id}`, removed);
  memo.set(`stop ${present.id}`, after);
  memo.set(`settle ${slot.service} ${slot.number} ${present.id}`, [renamed]);
}
