import { boundTo } from '../../model/bound.ts';
import { linkedBy, parentsOf } from '../../model/graph.ts';
import { temporaryName } from '../../model/names.ts';
import type { Service } from '../../model/service.ts';
import { firstIdOf } from '../../observe/membership.ts';
import { once, type Slot, slotsOf, type UpContext } from '../context.ts';
import { isTemporary } from '../decide.ts';
import { containerPlaceholder } from '../operations.ts';
import type { NodeId } from '../plan.ts';
import { createRequest } from '../request.ts';
import { aboutSlot, refTo } from './containers.ts';
import { imageNodes, volumeImageNodes } from './images.ts';
import { modelNodes } from './models.ts';
import { networkNodes } from './networks.ts';
import { removedFirst, removePresent } from './present.ts';
import { volumeNodes } from './volumes.ts';

/** The node that creates the slot's container, after all that its body names. None for a container that stays. */
export function createNodes(context: UpContext, slot: Slot): readonly NodeId[] {
  if (slot.action === 'keep') return [];
  return once(context, `create ${slot.service} ${slot.number}`, () => {
    const { builder, project } = context;
    const service = project.services[slot.service]!;
    const first = slot.action === 'recreate' && removedFirst(context, slot);
    const after = [
      ...(context.createAfter ?? []),
      ...imageNodes(context, slot.service),
      ...volumeImageNodes(context, slot.service),
      ...modelNodes(context, slot.service),
      ...Object.keys(service.networks ?? {}).flatMap((key) => networkNodes(context, key)),
      ...(service.volumes ?? []).flatMap((m) =>
        m.source === undefined ? [] : volumeNodes(context, m.source),
      ),
      ...parentsOf(service).flatMap((p) => slotsOf(context, p).flatMap((s) => createNodes(context, s))),
      ...linksFirst(context, service).flatMap((other) =>
        slotsOf(context, other).flatMap((s) => createNodes(context, s)),
      ),
      ...(first ? removePresent(context, slot.present!) : []),
    ];
    const replaced = slot.action === 'recreate' ? slot.present : undefined;
    const request = createRequest(context, slot.service, slot.number, replaced, {
      containerOf: (parent) => containerOf(context, parent),
      inheritFrom: context.inheritFrom?.(slot),
      linked: (other) =>
        slotsOf(context, other).map(({ name: linked, number }) => ({ name: linked, number })),
    });
    const { warnings, ...made } = context.materials.container(request);
    const { containerOf: idOf } = request;
    // A parent that is not part of this plan has its id.
    const madeHere = parentsOf(service).some(
      (parent) => (slotsOf(context, parent)[0]?.action ?? 'keep') !== 'keep',
    );
    const hashed = madeHere ? { hashed: context.materials.hashedText(boundTo(service, idOf)) } : {};
    const pinned = context.intent.pinned?.[slot.service];
    const parts = pinned === undefined ? made : { ...made, body: { ...made.body, Image: pinned } };
    for (const message of warnings) builder.warn('translate', message);
    const name =
      slot.action === 'recreate' && !first
        ? temporaryName(slot.present!.id, slot.name, context.observed.containers)
        : slot.name;
    const platform = service.platform === undefined ? {} : { platform: service.platform };
    return [
      builder.add(
        { kind: 'create-container', name, ...parts, ...platform, ...hashed },
        { after, subject: aboutSlot(slot), because: slot.because, changes: slot.changes },
      ),
    ];
  });
}

/** On the engine's own bridge, and on Podman everywhere, a link names a container that has to be there. */
function linksFirst({ observed }: UpContext, service: Service): readonly string[] {
  const named = service.network_mode === 'bridge' || observed.facts.kind === 'podman';
  return named ? linkedBy(service) : [];
}

/** Id, or stand-in, of the container that others take namespaces and volumes from: the service's first. */
function containerOf(context: UpContext, name: string): string | undefined {
  const first = slotsOf(context, name)[0];
  if (first === undefined) return firstIdOf(context.observed, name);
  const [created] = createNodes(context, first);
  return created === undefined ? first.present?.id : containerPlaceholder(created);
}

/** Nodes after which the slot's container has its final name and what it replaces is gone. */
export function settleNodes(context: UpContext, slot: Slot): readonly NodeId[] {
  return once(context, `settle ${slot.service} ${slot.number} ${slot.present?.id}`, () => {
    const { builder } = context;
    const created = createNodes(context, slot);
    if (slot.action === 'create') return created;
    const doubles = (context.decisions.get(slot.service)?.surplus ?? []).filter(
      ({ container }) => container.number === slot.number,
    );
    const gone = doubles.flatMap(({ container }) => removePresent(context, container));
    const present = slot.present!;
    if (slot.action === 'keep') {
      if (!isTemporary(present.name) || present.name === slot.name) return [];
      const because = 'its replacement had been interrupted';
      return [
        builder.add(
          { kind: 'rename-container', container: refTo(present), to: slot.name },
          { after: gone, subject: aboutSlot(slot), because },
        ),
      ];
    }
    const removed = removePresent(context, present);
    if (removedFirst(context, slot)) return [...created, ...removed];
    const { because } = slot;
    return [
      builder.add(
        {
          kind: 'rename-container',
          container: {
            createdBy: created[0]!,
            name: temporaryName(present.id, slot.name, context.observed.containers),
          },
          to: slot.name,
        },
        { after: [...created, ...removed, ...gone], subject: aboutSlot(slot), because },
      ),
    ];
  });
}
