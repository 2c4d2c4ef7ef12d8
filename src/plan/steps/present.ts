import type { EndpointBody } from '../../model/bodies.ts';
import { dependenciesOf, parentsOf } from '../../model/graph.ts';
import { isForwarder } from '../../observe/membership.ts';
import type { ObservedContainer } from '../../observe/observed.ts';
import { once, type Slot, type UpContext } from '../context.ts';
import type { NodeId } from '../plan.ts';
import { refTo } from './containers.ts';
import { usersOfNetwork } from './networks.ts';
import { createNodes } from './slots.ts';
import { addRemove, addStop } from './stop-container.ts';
import { keepNodes } from './volumes.ts';

function slotOf(context: UpContext, container: ObservedContainer): Slot | undefined {
  return context.decisions.get(container.service)?.slots.find((s) => s.present?.id === container.id);
}

function isOrphan(context: UpContext, container: ObservedContainer): boolean {
  return !(container.service in context.project.services);
}

/**
 * True if new containers of the service can only be made when others have stopped: it, or one whose namespaces or
 * volumes it uses, needs a network or volume that is made anew.
 */
function waitsForStops(context: UpContext, name: string): boolean {
  const service = context.project.services[name]!;
  return (
    Object.keys(service.networks ?? {}).some((key) => context.changedNetworks.has(key)) ||
    waitsForRemovals(context, name) ||
    parentsOf(service).some((p) => p in context.project.services && waitsForStops(context, p))
  );
}

/** The same for containers that have to be gone: those that hold a volume that is made anew. */
function waitsForRemovals(context: UpContext, name: string): boolean {
  if (context.changedVolumes.size === 0) return false;
  const service = context.project.services[name]!;
  return (
    (service.volumes ?? []).some((m) => m.source !== undefined && context.changedVolumes.has(m.source)) ||
    parentsOf(service).some((p) => p in context.project.services && waitsForRemovals(context, p))
  );
}

function reasonToLeave(context: UpContext, container: ObservedContainer): string {
  if (isOrphan(context, container) && context.removing.has(container.id)) return 'orphan';
  const slot = slotOf(context, container);
  if (slot?.action === 'recreate') return slot.because;
  const surplus = context.decisions
    .get(container.service)
    ?.surplus.find((s) => s.container.id === container.id);
  if (surplus !== undefined) return surplus.because;
  return isForwarder(container) ? 'gives its ports away' : 'what it depends on is made anew';
}

/** What starts again because a dependency is updated step by step goes on until that is over. */
function updatesFirst(context: UpContext, container: ObservedContainer): readonly NodeId[] {
  const service = context.project.services[container.service];
  if (service === undefined || slotOf(context, container)?.action !== 'keep') return [];
  return [...dependenciesOf(service)].flatMap(([name, { restart }]) =>
    restart === true ? (context.memo.get(`updated ${name}`) ?? []) : [],
  );
}

/** Nodes after which a present container does not run. None if it does not run now. */
export function stopPresent(context: UpContext, container: ObservedContainer): readonly NodeId[] {
  return once(context, `stop ${container.id}`, () => {
    const before = [
      ...context.order.stopBefore(container.id).flatMap((c) => stopPresent(context, c)),
      ...updatesFirst(context, container),
    ];
    const slot = slotOf(context, container);
    const beside = slot?.action === 'recreate' && !waitsForStops(context, slot.service);
    return addStop(context.builder, container, {
      because: reasonToLeave(context, container),
      after: [...before, ...(beside ? createNodes(context, slot) : [])],
      service: isForwarder(container) ? undefined : context.project.services[container.service],
      timeout: context.intent.timeout,
    });
  });
}

/** Nodes after which a present container is gone. Those that share its namespaces go first. */
export function removePresent(context: UpContext, container: ObservedContainer): readonly NodeId[] {
  return once(context, `remove ${container.id}`, () => {
    const sharers = context.order.sharersOf(container.id).filter((c) => context.removing.has(c.id));
    const stopped = stopPresent(context, container);
    const slot = slotOf(context, container);
    const beside = slot?.action === 'recreate' && !waitsForRemovals(context, slot.service);
    return addRemove(context.builder, container, {
      because: reasonToLeave(context, container),
      after: [
        ...sharers.flatMap((c) => removePresent(context, c)),
        ...stopped,
        ...leaveNetworks(context, container),
        ...keptFirst(context, container),
        ...(beside ? createNodes(context, slot) : []),
        ...(context.barrier ?? []),
      ],
      volumes: false,
    });
  });
}

/** Nodes after which the volumes of a container that are made anew are copied aside. */
function keptFirst(context: UpContext, container: ObservedContainer): readonly NodeId[] {
  return [...context.changedVolumes]
    .filter((key) => container.mounts.some((m) => m.name === context.project.volumes[key]!.name))
    .flatMap((key) => keepNodes(context, key));
}

/** Nodes after which a container is on no network that is made anew. */
export function leaveNetworks(context: UpContext, container: ObservedContainer): readonly NodeId[] {
  return [...context.changedNetworks].flatMap((key) => {
    const network = context.project.networks[key]!.name;
    const users = usersOfNetwork(context.project, context.observed, key);
    if (!users.some((user) => user.id === container.id)) return [];
    return once(context, `disconnect ${key} ${container.id}`, () => [
      context.builder.add(
        {
          kind: 'disconnect-network',
          network,
          container: refTo(container),
          endpoint: endpointOf(container, network),
        },
        {
          after: stopPresent(context, container),
          subject: { kind: 'network', name: key },
          because: 'configuration changed',
        },
      ),
    ]);
  });
}

/** How a container is attached to a network, as far as the engine tells. */
function endpointOf({ body, networks }: ObservedContainer, network: string): EndpointBody {
  const asked = body?.NetworkingConfig?.EndpointsConfig[network];
  return asked ?? { Aliases: (networks[network]?.aliases ?? []).filter((a) => !/^[0-9a-f]{12}$/.test(a)) };
}

/** True if the old container has to be gone before the new one is made: it holds a volume that is made anew. */
export function removedFirst(context: UpContext, slot: Slot): boolean {
  if (slot.present === undefined || !waitsForRemovals(context, slot.service)) return false;
  const names = [...context.changedVolumes].map((key) => context.project.volumes[key]!.name);
  return slot.present.mounts.some((m) => names.includes(m.name));
}
