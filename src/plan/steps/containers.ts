import type { ObservedContainer } from '../../observe/observed.ts';
import type { Slot } from '../context.ts';
import type { ContainerRef } from '../operations.ts';
import type { NodeId, Subject } from '../plan.ts';

export function refTo(container: ObservedContainer): ContainerRef {
  return { id: container.id, name: container.name };
}

export function aboutContainer(container: ObservedContainer): Subject {
  return {
    kind: 'service',
    name: container.service,
    ...(container.number > 0 && { replica: container.number }),
  };
}

export function aboutSlot(slot: Slot): Subject {
  return { kind: 'service', name: slot.service, replica: slot.number };
}

/** The container that fills a slot in the end. */
export function refToSlot(slot: Slot, created: readonly NodeId[]): ContainerRef {
  if (slot.present !== undefined && slot.action === 'keep') return { id: slot.present.id, name: slot.name };
  return { createdBy: created[0]!, name: slot.name };
}
