import { defaultKeep } from '../model/safety.ts';
import { originalBody, type Snapshot, snapshotId } from '../model/snapshot.ts';
import { isAlive } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { ProjectOrName } from './down.ts';
import { type Group, groupOf, groupOrder } from './group.ts';
import type { RestoreIntent, SnapshotIntent } from './intent.ts';
import type { NodeId, Plan } from './plan.ts';
import { refTo } from './steps/containers.ts';
import { lossOf } from './steps/data-loss.ts';
import { refuseProtected } from './steps/leaving-volumes.ts';
import { pickSnapshots, pickVolumes } from './steps/picking.ts';
import { keepTime, takeSnapshots } from './steps/snapshots.ts';
import { addStop } from './steps/stop-container.ts';

type Volume = Observed['volumes'][number];

const users = (observed: Observed, volumes: readonly string[]): readonly ObservedContainer[] =>
  observed.containers.filter((c) => c.mounts.some((m) => m.type === 'volume' && volumes.includes(m.name)));

/** Plans `volume snapshot`: copies while what uses the volumes is paused, or stopped if that is asked for. */
export function planSnapshot(target: ProjectOrName, observed: Observed, intent: SnapshotIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const volumes = pickVolumes(builder, target, observed, intent.volumes);
  const running = users(
    observed,
    volumes.map(({ name }) => name),
  ).filter((c) => c.state === 'running' || c.state === 'restarting');
  const group = groupOf(target.name, target.project, observed);
  const stopped = intent.stop ? stopAll(builder, group, running, intent.timeout) : [];
  if (!intent.stop && running.length > 0) {
    const names = running.map((c) => c.name).join(', ');
    builder.warn(
      'snapshot-of-running',
      `${names} ${running.length === 1 ? 'is' : 'are'} paused while the copy is made: it is what a power cut would leave`,
      'use --stop to have it end its work first',
    );
  }
  if (volumes.length === 0) return builder.build('volume snapshot', target.name);
  const taken = takeSnapshots(builder, observed, {
    ...{ project: target.name, reason: 'manual', because: 'volume snapshot', after: stopped },
    volumes: volumes.map((volume) => ({
      volume,
      keepSeconds: keepTime(target.project, volume, intent) || defaultKeep,
    })),
    ...(!intent.stop && { freeze: running.map(refTo) }),
  });
  if (intent.stop) startAgain(builder, group, running, taken);
  return builder.build('volume snapshot', target.name, { settledFrom: taken + 1 });
}

/** Dependents first. */
function stopAll(
  builder: PlanBuilder,
  group: Group,
  containers: readonly ObservedContainer[],
  timeout: number | undefined,
): readonly NodeId[] {
  let after: readonly NodeId[] = [];
  for (const service of groupOrder(group).reverse()) {
    const own = containers.filter((c) => c.service === service);
    const nodes = own.flatMap((container) =>
      addStop(builder, container, {
        ...{ because: 'volume snapshot --stop', after, timeout },
        service: group.services.get(service)?.service,
      }),
    );
    if (nodes.length > 0) after = nodes;
  }
  return after;
}

function startAgain(
  builder: PlanBuilder,
  group: Group,
  containers: readonly ObservedContainer[],
  taken: NodeId,
): void {
  let after: readonly NodeId[] = [taken];
  for (const service of groupOrder(group)) {
    const nodes = containers
      .filter((c) => c.service === service)
      .map((container) =>
        builder.add(
          { kind: 'start-container', container: refTo(container) },
          {
            after,
            subject: { kind: 'service', name: service, replica: container.number },
            because: 'ran before',
          },
        ),
      );
    if (nodes.length > 0) after = nodes;
  }
}

/** Plans `volume restore` and `volume undo`: content of snapshots goes back to where it was taken. */
export function planRestore(target: ProjectOrName, observed: Observed, intent: RestoreIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const picked = pickSnapshots(builder, observed, intent);
  for (const snapshot of picked) restoreOne(builder, target, observed, snapshot, intent);
  return builder.build(intent.command, target.name);
}

function restoreOne(
  builder: PlanBuilder,
  target: ProjectOrName,
  observed: Observed,
  snapshot: Snapshot,
  intent: RestoreIntent,
): void {
  const { volume, key } = snapshot;
  const present = observed.volumes.find((v) => v.name === volume);
  const subject = { kind: 'volume', name: key } as const;
  const because = `snapshot ${snapshotId(snapshot.name)}`;
  const alive = users(observed, [volume]).filter(isAlive);
  if (alive.length > 0) {
    const services = [...new Set(alive.map((c) => c.service))].join(' ');
    const who = alive.map((c) => c.name).join(', ');
    builder.refuse('volume-in-use', `volume ${volume} is used by ${who}`, 3, `tscompose stop ${services}`);
  }
  const ready =
    present === undefined
      ? builder.add({ kind: 'create-volume', body: originalBody(snapshot) }, { subject, because })
      : makeRoom(builder, target, observed, present, intent);
  const restored = builder.add(
    { kind: 'restore-volumes', pairs: [{ snapshot: snapshot.name, volume }] },
    { after: [ready], subject, because },
  );
  if (intent.command !== 'volume undo' && snapshot.reason !== 'carry') return;
  builder.add(
    { kind: 'remove-snapshots', snapshots: [snapshot.name] },
    { after: [restored], subject, because: 'its content is back' },
  );
}

/** What is in the way is kept, if it may be overwritten at all. */
function makeRoom(
  builder: PlanBuilder,
  { name, project }: ProjectOrName,
  observed: Observed,
  present: Volume,
  intent: RestoreIntent,
): NodeId | undefined {
  if (observed.volumeFacts?.[present.name]?.empty === true) return undefined;
  if (!intent.force) {
    const hint = '--force overwrites it, and keeps a snapshot of what is there now';
    builder.refuse('volume-filled', `volume ${present.name} holds data`, 5, hint);
  } else refuseProtected(builder, project, [present], intent);
  return takeSnapshots(builder, observed, {
    ...{ project: name, reason: 'restore', because: 'is overwritten', after: [] },
    volumes: [{ volume: present, keepSeconds: keepTime(project, present, intent) || defaultKeep }],
  });
}

/** Plans `volume rm`: gives snapshots up. */
export function planForget(
  { name }: ProjectOrName,
  observed: Observed,
  intent: { readonly words: readonly string[] },
): Plan {
  const builder = new PlanBuilder(observed.engine);
  for (const snapshot of pickSnapshots(builder, observed, { ...intent, onlyIds: true })) {
    builder.add(
      { kind: 'remove-snapshots', snapshots: [snapshot.name] },
      {
        ...{ subject: { kind: 'volume', name: snapshot.key }, because: 'volume rm' },
        dataLoss: [{ ...lossOf(observed, snapshot.name), ...sizeOf(snapshot) }],
      },
    );
  }
  return builder.build('volume rm', name);
}

function sizeOf({ proved }: Snapshot): { readonly bytes?: number } {
  return proved === undefined ? {} : { bytes: proved.bytes };
}
