import { dependenciesOf } from '../../model/graph.ts';
import type { DependencyCondition } from '../../model/service.ts';
import { isAlive } from '../../observe/membership.ts';
import { once, type Slot, slotsOf, type UpContext } from '../context.ts';
import type { NodeId } from '../plan.ts';
import { createRequest } from '../request.ts';
import { aboutSlot, refToSlot } from './containers.ts';
import { addHooks } from './hooks.ts';
import { networkNodes, usersOfNetwork } from './networks.ts';
import { preStartNodes } from './pre-start.ts';
import { removedFirst, stopPresent } from './present.ts';
import { providerNodes } from './provider.ts';
import { createNodes, settleNodes } from './slots.ts';

/** True if the slot's container has to be started: new, not running, or stopped by this plan. */
export function needsStart(context: UpContext, slot: Slot): boolean {
  const { present, action } = slot;
  if (action !== 'keep' || present === undefined) return context.intent.start;
  if (context.stopping.has(present.id) && isAlive(present)) return true;
  if (!context.intent.start || present.state === 'running' || present.state === 'restarting') return false;
  return !(present.state === 'exited' && present.exitCode === 0 && isDone(context, slot.service));
}

/** True for a one-shot service whose clean end is what others waited for, if none of those starts now. */
function isDone(context: UpContext, name: string): boolean {
  const waiting = Object.entries(context.project.services).filter(
    ([, s]) => dependenciesOf(s).get(name)?.condition === 'service_completed_successfully',
  );
  const selected = waiting.filter(([other]) => context.selected.includes(other));
  if (waiting.length === 0 || selected.length === 0) return waiting.length > 0;
  return selected.every(([other]) => slotsOf(context, other).every((slot) => !needsStart(context, slot)));
}

/** Nodes after which the slot's container runs and its `post_start` hooks have ended. */
export function startNodes(context: UpContext, slot: Slot): readonly NodeId[] {
  return once(context, `start ${slot.service} ${slot.number} ${slot.present?.id}`, () => {
    const settled = beforeStart(context, slot);
    const reconnected = reconnectNodes(context, slot);
    if (!needsStart(context, slot)) return settled;
    const { builder, project } = context;
    const service = project.services[slot.service]!;
    const ref = refToSlot(slot, createNodes(context, slot));
    const subject = aboutSlot(slot);
    const kept = slot.action === 'keep';
    const stopped = kept && context.stopping.has(slot.present!.id) ? stopPresent(context, slot.present!) : [];
    const waits = dependencyNodes(context, slot.service);
    const ports = context.memo.get(`ports ${slot.service}`) ?? [];
    const first = [...(context.startAfter ?? []), ...ports];
    const before = [...settled, ...reconnected, ...stopped, ...waits, ...first];
    if (kept && slot.present!.state === 'paused' && stopped.length === 0) {
      return [
        builder.add(
          { kind: 'unpause-container', container: ref },
          { after: before, subject, because: 'paused' },
        ),
      ];
    }
    const because = kept
      ? stopped.length > 0
        ? 'stopped by this plan'
        : `is ${slot.present!.state}`
      : 'created';
    const running = slotsOf(context, slot.service).some(
      (other) => other.action === 'keep' && !needsStart(context, other),
    );
    const after = preStartNodes(context, slot, [...before, ...fileNodes(context, slot)], running);
    const start = builder.add({ kind: 'start-container', container: ref }, { after, subject, because });
    return addHooks(builder, 'post_start', service, ref, subject, [start]);
  });
}

/** A container that was made and never started may lack its files: who made it may have been cut short. */
function fileNodes(context: UpContext, slot: Slot): readonly NodeId[] {
  if (slot.action !== 'keep' || slot.present?.state !== 'created') return [];
  const request = createRequest(context, slot.service, slot.number, slot.present);
  const { files } = context.materials.container(request);
  if (files.length === 0) return [];
  return [
    context.builder.add(
      { kind: 'copy-files', container: refToSlot(slot, []), files },
      { subject: aboutSlot(slot), because: 'is created' },
    ),
  ];
}

/** With `atomic` the old container only stops before the new one starts; it goes at the end. */
function beforeStart(context: UpContext, slot: Slot): readonly NodeId[] {
  const waits = context.intent.atomic && slot.action === 'recreate' && !removedFirst(context, slot);
  if (!waits) return settleNodes(context, slot);
  return [...createNodes(context, slot), ...stopPresent(context, slot.present!)];
}

/** A kept container is put back on networks that were made anew. */
function reconnectNodes(context: UpContext, slot: Slot): readonly NodeId[] {
  const { builder, project, observed, materials } = context;
  const { present } = slot;
  if (slot.action !== 'keep' || present === undefined) return [];
  return [...context.changedNetworks].flatMap((key) => {
    if (!usersOfNetwork(project, observed, key).some((c) => c.id === present.id)) return [];
    const network = project.networks[key]!.name;
    const endpoint = materials.endpoint(project, slot.service, key, slot.name);
    return builder.add(
      { kind: 'connect-network', network, container: refToSlot(slot, []), endpoint },
      { after: networkNodes(context, key), subject: aboutSlot(slot), because: `network ${key} is made anew` },
    );
  });
}

/** Nodes that a start of the service comes after: its dependencies run, and meet the conditions. */
export function dependencyNodes(context: UpContext, name: string): readonly NodeId[] {
  const service = context.project.services[name]!;
  return [...dependenciesOf(service)].flatMap(([dependency, { condition, required }]) => {
    if (!context.selected.includes(dependency)) return [];
    const provided = providerNodes(context, dependency);
    const slots = slotsOf(context, dependency);
    const nodes = slots.flatMap((slot) => conditionNodes(context, slot, condition, required));
    return [...provided, ...nodes];
  });
}

/** Nodes after which the slot's container meets the condition that others wait for. */
export function conditionNodes(
  context: UpContext,
  slot: Slot,
  condition: DependencyCondition,
  required: boolean,
): readonly NodeId[] {
  const started = startNodes(context, slot);
  if (condition === 'service_started') return started;
  const until = condition === 'service_healthy' ? 'healthy' : 'completed';
  const asIs = slot.action === 'keep' && !needsStart(context, slot);
  if (asIs && until === 'healthy' && slot.present?.health === 'healthy') return started;
  if (asIs && until === 'completed' && slot.present?.state === 'exited' && slot.present.exitCode === 0) {
    return started;
  }
  return once(context, `wait ${slot.service} ${slot.number} ${slot.present?.id} ${until} ${required}`, () => [
    context.builder.add(
      { kind: 'wait-container', container: refToSlot(slot, createNodes(context, slot)), until },
      {
        after: started,
        subject: aboutSlot(slot),
        because: `others wait until it is ${until}`,
        ...(!required && { optional: true }),
      },
    ),
  ]);
}
