import { once, type Slot, type UpContext } from '../context.ts';
import { containerPlaceholder } from '../operations.ts';
import type { NodeId } from '../plan.ts';
import { aboutSlot } from './containers.ts';
import { otherImageNodes } from './images.ts';
import { createNodes } from './slots.ts';

/**
 * `pre_start` hooks run one after another in containers of their own before the service starts: once for
 * the service, or before each container (`per_replica`). Returns what the start comes after.
 * @param running a replica of the service goes on running: what is done once has been done for it
 */
export function preStartNodes(
  context: UpContext,
  slot: Slot,
  after: readonly NodeId[],
  running: boolean,
): readonly NodeId[] {
  const { builder, materials, project } = context;
  const hooks = project.services[slot.service]!.pre_start ?? [];
  let last = after;
  hooks.forEach((hook, index) => {
    if (running && hook.per_replica !== true) return;
    const key = hook.per_replica
      ? `pre_start ${slot.service} ${index} ${slot.number}`
      : `pre_start ${slot.service} ${index}`;
    const [created] = createNodes(context, slot);
    const container = created === undefined ? slot.present!.id : containerPlaceholder(created);
    const image = hook.image === undefined ? [] : otherImageNodes(context, hook.image);
    const ran = once(context, key, () => {
      const { body, connect } = materials.preStart(project, slot.service, hook, container);
      return [
        builder.add(
          { kind: 'run-pre-start', service: slot.service, index, body, connect },
          { after: [...last, ...image], subject: aboutSlot(slot), because: 'before start' },
        ),
      ];
    });
    last = [...after, ...ran];
  });
  return last;
}
