import { dependenciesOf, namespaceParentsOf, parentsOf } from '../../model/graph.ts';
import { containersOf } from '../../observe/membership.ts';
import type { ObservedContainer } from '../../observe/observed.ts';
import { once, type Slot, type UpContext } from '../context.ts';
import type { NodeId } from '../plan.ts';
import { createNodes } from './slots.ts';
import { addRemove, addStop } from './stop-container.ts';

function slotOf(context: UpContext, container: ObservedContainer): Slot | undefined {
  return context.decisions.get(container.service)?.slots.find((s) => s.present?.id === container.id);
}

/** True if the service's present containers have to stop before new ones can be made: network or volume change. */
export function stopsFirst(context: UpContext, name: string): boolean {
  const service = context.project.services[name];
  if (service === undefined) return true;
  if (Object.keys(service.networks ?? {}).some((key) => context.changedNetworks.has(key))) return true;
  if ((service.volumes ?? []).some((m) => m.source !== undefined && context.changedVolumes.has(m.source))) {
    return true;
  }
  const present = containersOf(context.observed, name);
  if (present.some((c) => context.stopping.has(c.id) && usesChanged(context, c))) return true;
  const before = [
    ...namespaceParentsOf(service),
    ...[...dependenciesOf(service)].flatMap(([d, { restart }]) => (restart ? [d] : [])),
  ];
  return before.some((parent) => stopsFirst(context, parent) && parent in context.project.services);
}

function usesChanged(context: UpContext, container: ObservedContainer): boolean {
  const networks = [...context.changedNetworks].map((key) => context.project.networks[key]!.name);
  const volumes = [...context.changedVolumes].map((key) => context.project.volumes[key]!.name);
  return (
    Object.keys(container.networks).some((name) => networks.includes(name)) ||
    container.mounts.some((m) => volumes.includes(m.name))
  );
}

/** Containers that have to stop before this one: they live in its namespaces, or asked for it (`restart: true`). */
function stopBefore(context: UpContext, container: ObservedContainer): readonly ObservedContainer[] {
  return context.selected.flatMap((name) => {
    const service = context.project.services[name]!;
    const shares = namespaceParentsOf(service).includes(container.service);
    const asked = dependenciesOf(service).get(container.service)?.restart === true;
    if (!shares && !asked) return [];
    return containersOf(context.observed, name).filter((c) => context.stopping.has(c.id));
  });
}

function reasonToStop(context: UpContext, container: ObservedContainer): string {
  const slot = slotOf(context, container);
  if (slot?.action === 'recreate') return slot.because;
  const surplus = context.decisions
    .get(container.service)
    ?.surplus.find((s) => s.container.id === container.id);
  if (surplus !== undefined) return surplus.because;
  if (slot === undefined) return 'service is in no compose file';
  return 'what it depends on is made anew';
}

/** Nodes after which a present container does not run. None if it does not run now. */
export function stopPresent(context: UpContext, container: ObservedContainer): readonly NodeId[] {
  return once(context, `stop ${container.id}`, () => {
    const after = stopBefore(context, container).flatMap((c) => stopPresent(context, c));
    const slot = slotOf(context, container);
    const replacement =
      slot?.action === 'recreate' && !stopsFirst(context, slot.service) ? createNodes(context, slot) : [];
    return addStop(context.builder, container, {
      because: reasonToStop(context, container),
      after: [...after, ...replacement],
      service: context.project.services[container.service],
      timeout: context.intent.timeout,
    });
  });
}

/** Nodes after which a present container is gone. Those that share its namespaces go first. */
export function removePresent(context: UpContext, container: ObservedContainer): readonly NodeId[] {
  return once(context, `remove ${container.id}`, () => {
    const sharers = context.selected.flatMap((name) => {
      if (!parentsOf(context.project.services[name]!).includes(container.service)) return [];
      const decision = context.decisions.get(name);
      const slots = (decision?.slots ?? []).flatMap((s) => (s.action === 'recreate' ? [s.present!] : []));
      return [...slots, ...(decision?.surplus.map((s) => s.container) ?? [])];
    });
    const stopped = stopPresent(context, container);
    const slot = slotOf(context, container);
    const replacement =
      slot?.action === 'recreate' && !removedFirst(context, slot) ? createNodes(context, slot) : [];
    return addRemove(context.builder, container, {
      because: reasonToStop(context, container),
      after: [
        ...sharers.flatMap((c) => removePresent(context, c)),
        ...stopped,
        ...replacement,
        ...(context.barrier ?? []),
      ],
      volumes: false,
    });
  });
}

/** True if the old container has to be gone before the new one is made: it holds a volume that is made anew. */
export function removedFirst(context: UpContext, slot: Slot): boolean {
  if (slot.present === undefined || context.changedVolumes.size === 0) return false;
  const names = [...context.changedVolumes].map((key) => context.project.volumes[key]!.name);
  if (slot.present.mounts.some((m) => names.includes(m.name))) return true;
  // Sharers of such a container are gone before it is.
  const parents = parentsOf(context.project.services[slot.service]!);
  return parents.some((parent) =>
    (context.decisions.get(parent)?.slots ?? []).some(
      (s) => s.action === 'recreate' && removedFirst(context, s),
    ),
  );
}
