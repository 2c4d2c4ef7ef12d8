import { sharesOf } from '../model/graph.ts';
import { withModels } from '../model/models.ts';
import type { Project } from '../model/project.ts';
import { containersOf } from '../observe/membership.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { ServiceDecision, Slot, UpContext } from './context.ts';
import { decideService } from './decide.ts';
import { tellFormerName } from './former.ts';
import type { UpIntent } from './intent.ts';
import type { Materials } from './materials.ts';
import { stopOrder } from './order.ts';
import type { Plan } from './plan.ts';
import { addUpdate, finishPorts, settlePorts } from './rolling/add-ports.ts';
import { splitForwarded, sweptBy } from './rolling/forwarding.ts';
import { checkUpdatable } from './rolling/refusals.ts';
import { selectForUp } from './selection.ts';
import { aboutSlot, refToSlot } from './steps/containers.ts';
import { awaitingImages, imageNodes } from './steps/images.ts';
import { missingModelNodes } from './steps/models.ts';
import { changedNetworks, networkNodes, usedNetworks } from './steps/networks.ts';
import { orphansToRemove } from './steps/orphans.ts';
import { resumeOthers } from './steps/others.ts';
import { removePresent } from './steps/present.ts';
import { providerNodes } from './steps/provider.ts';
import { createNodes, settleNodes } from './steps/slots.ts';
import { needsStart, startNodes } from './steps/start-service.ts';
import { changedVolumes, usedVolumes, volumeNodes } from './steps/volumes.ts';
import { leavingContainers } from './stopping.ts';

/** Plans `up`, `create` and `scale`: what has to change so that the engine holds what the project says. */
export function planUp(project: Project, observed: Observed, intent: UpIntent, materials: Materials): Plan {
  const builder = new PlanBuilder(observed.engine);
  tellFormerName(builder, project, observed, intent);
  const { replan, context } = addUp(builder, project, observed, intent, materials);
  const { barrier } = context;
  return builder.build(intent.command, project.name, {
    ...(replan && { replan }),
    ...(barrier !== undefined && { settledFrom: barrier.length + 1 }),
  });
}

/** Adds the nodes of an `up` to a plan that may hold more; `seed` are nodes that stand for some of its steps. */
export function addUp(
  builder: PlanBuilder,
  whole: Project,
  observed: Observed,
  intent: UpIntent,
  materials: Materials,
  seed: Partial<Pick<UpContext, 'memo' | 'startAfter' | 'createAfter' | 'inheritFrom'>> & {
    /** In place of the intent's selection. */
    readonly only?: readonly string[];
  } = {},
): { readonly context: UpContext; readonly replan: boolean } {
  checkNames(builder, whole, intent);
  const { project, forwardings } = splitForwarded(withModels(whole, observed.models), observed, materials);
  const { only, ...seeded } = seed;
  const selected = only?.length === 0 ? [] : selectForUp(project, intent);
  const all = intent.allResources ?? false;
  const networks = usedNetworks(project, selected, all);
  const volumes = usedVolumes(project, selected, all);
  const newNetworks = changedNetworks(project, observed, materials, networks, builder);
  const newVolumes = changedVolumes(project, observed, intent, materials, volumes, builder);
  if (intent.atomic) refuseLoss(builder, project, newVolumes);
  const decisions = new Map<string, ServiceDecision>();
  const input = { project, observed, intent, materials, changedVolumes: newVolumes, decisions };
  for (const name of selected) decisions.set(name, decideService(input, name));
  refuseMissingParents(builder, project, observed, decisions);
  const orphans = orphansToRemove(builder, project, observed, intent);
  const base = {
    ...{ project, observed, intent, materials, builder, selected, decisions, memo: new Map(), ...seeded },
    ...{ changedNetworks: newNetworks, changedVolumes: newVolumes, forwardings },
  };
  const { stopping, removing, leaving } = leavingContainers({ ...base, start: intent.start, orphans });
  const context: UpContext = {
    ...{ ...base, stopping, removing, order: stopOrder(project, leaving) },
    forwardings: sweptBy(forwardings, stopping),
  };

  for (const name of selected) checkUpdatable(builder, whole, name);
  for (const name of selected) imageNodes(context, name);
  const awaiting = awaitingImages(context);
  if (awaiting.length > 0) {
    const message = `What happens to ${awaiting.join(', ')} is known when the images are there.`;
    builder.warn('images-first', message);
    return { context, replan: true };
  }
  if (!intent.atomic) for (const orphan of orphans) removePresent(context, orphan);
  for (const key of networks) networkNodes(context, key);
  for (const key of volumes) volumeNodes(context, key);
  for (const name of selected) addService(context, name);
  resumeOthers(context, leaving);
  if (intent.wait) addWaits(context);
  if (intent.atomic) {
    context.barrier = builder.ids;
    if (newVolumes.size === 0) refuseEarlyRemovals(builder);
    for (const name of selected) settleService(context, name);
    for (const orphan of orphans) removePresent(context, orphan);
  }
  return { context, replan: false };
}

function checkNames(builder: PlanBuilder, project: Project, intent: UpIntent): void {
  for (const name of [...intent.services, ...Object.keys(intent.scale ?? {})]) {
    if (name in project.services) continue;
    builder.refuse('no-such-service', `no such service: ${name}`, 1);
  }
}

/** A container can't share with another that is neither there nor made now. */
function refuseMissingParents(
  builder: PlanBuilder,
  project: Project,
  observed: Observed,
  decisions: ReadonlyMap<string, ServiceDecision>,
): void {
  for (const name of decisions.keys()) {
    for (const { parent, what } of sharesOf(project.services[name]!)) {
      if (decisions.has(parent) || containersOf(observed, parent).length > 0) continue;
      const message = `cannot share ${what} with service ${parent}: container missing`;
      builder.refuse('parent-missing', message, 1, `bring ${parent} up too`);
    }
  }
}

/** Data that is gone can't be brought back by any way back. */
function refuseLoss(builder: PlanBuilder, project: Project, volumes: ReadonlySet<string>): void {
  for (const key of volumes) {
    const message = `volume ${project.volumes[key]!.name} would be made anew: that can't be undone`;
    builder.refuse('not-undoable', message, 3, 'make that change alone, without --atomic');
  }
}

/** A container that makes room for its successor before all is well would be missing on the way back. */
function refuseEarlyRemovals(builder: PlanBuilder): void {
  for (const { operation } of builder.ids.map((id) => builder.node(id))) {
    if (operation.kind !== 'remove-container' || !('id' in operation.container)) continue;
    const message = `${operation.container.name} has to go before its successor is made: that can't be undone`;
    builder.refuse('not-undoable', message, 3, 'make that change alone, without --atomic');
  }
}

function addService(context: UpContext, name: string): void {
  const { builder } = context;
  providerNodes(context, name);
  missingModelNodes(context, name);
  const before = builder.ids.length;
  addUpdate(context, name);
  const { slots } = context.decisions.get(name)!;
  if (!context.intent.atomic) settleService(context, name);
  for (const slot of slots) {
    createNodes(context, slot);
    startNodes(context, slot);
    if (slot.update !== undefined) {
      builder.add(
        { kind: 'update-container', container: refToSlot(slot, []), ...slot.update },
        { after: [], subject: aboutSlot(slot), because: 'changed in place', changes: slot.changes },
      );
    } else if (slot.action === 'keep' && !needsStart(context, slot)) {
      const awaited = context.intent.wait === true && isReady(slot);
      builder.unchanged({
        ...{ service: name, container: slot.name, state: slot.present!.state },
        ...(awaited && { awaited }),
      });
    }
  }
  finishPorts(context, name, before);
}

/** What goes is removed, and what replaces it takes its name. */
function settleService(context: UpContext, name: string): void {
  const { slots, surplus } = context.decisions.get(name)!;
  for (const { container } of surplus) removePresent(context, container);
  for (const slot of slots) settleNodes(context, slot);
  settlePorts(context, name);
}

function isReady({ present }: Slot): boolean {
  return present?.state === 'running' && ['', 'healthy'].includes(present.health);
}

/** Waits of `--wait`: every container runs, is healthy if it has a check, or has ended well. */
function addWaits(context: UpContext): void {
  const { waitTimeoutMs } = context.intent;
  for (const name of context.selected) {
    for (const slot of context.decisions.get(name)!.slots) {
      const done = startNodes(context, slot);
      const settled = slot.action === 'keep' && !needsStart(context, slot);
      if (settled && slot.present?.state === 'exited' && slot.present.exitCode === 0) continue;
      if (settled && isReady(slot)) continue;
      context.builder.add(
        {
          kind: 'wait-container',
          container: refToSlot(slot, createNodes(context, slot)),
          until: 'ready',
          ...(waitTimeoutMs !== undefined && { timeoutMs: waitTimeoutMs }),
        },
        { after: done, subject: aboutSlot(slot), because: '--wait' },
      );
    }
  }
}
