import { startOrder, withDependencies, withDependents } from '../model/graph.ts';
import { imageName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import { containersOf, isAlive } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import { groupOf } from './group.ts';
import type { MigrateIntent, UpIntent } from './intent.ts';
import type { Materials } from './materials.ts';
import { refuseMigration } from './migrate-preflight.ts';
import type { NodeId, Plan } from './plan.ts';
import { anonymousMounts } from './request.ts';
import { aboutContainer, refTo } from './steps/containers.ts';
import { stopGroup } from './stop.ts';
import { addUp } from './up.ts';

/**
 * Plans the cold move of a project: what can be made on the target while the source runs is made first; then
 * the source stops, its volumes are copied and proved equal, and the target starts. The source keeps its
 * containers and volumes. `target` has to be observed with what others hold there.
 */
export function planMigrate(
  project: Project,
  source: Observed,
  target: Observed,
  intent: MigrateIntent,
  materials: Materials,
): Plan {
  const builder = new PlanBuilder(target.engine);
  const services = movedServices(project, intent.services);
  const moving = services.flatMap((name) => containersOf(source, name));
  refuseMigration(builder, project, services, moving, source, target);
  const images = copyImages(builder, project, services, source, target, intent.compatibility);
  const volumes = createVolumes(builder, project, services, moving, target, materials);
  const stopped = stopSource(builder, project, services, source, intent.timeout);
  const verified = moveVolumes(builder, source, volumes, stopped);
  const memo = new Map<string, readonly NodeId[]>(images);
  for (const [key, node] of volumes.named) memo.set(`volume ${key}`, verified.get(node) ?? [node]);
  const up: UpIntent = {
    ...{ command: 'up', services, start: true, noDeps: true, imagesReady: true, wait: true },
    ...(intent.compatibility && { compatibility: true }),
    ...(intent.waitTimeoutMs !== undefined && { waitTimeoutMs: intent.waitTimeoutMs }),
    scale: Object.fromEntries(services.flatMap((name) => scaleOf(source, name))),
  };
  const donors = (service: string, number: number) =>
    containersOf(source, service).toSorted((a, b) => a.number - b.number)[number - 1];
  addUp(builder, project, withImages(project, services, target, intent), up, materials, {
    memo,
    startAfter: [...stopped, ...[...verified.values()].flat()],
    createAfter: [...volumes.anonymous].flatMap((node) => verified.get(node) ?? []),
    inheritFrom: (slot) => donors(slot.service, slot.number),
  });
  return builder.build('migrate', project.name);
}

/** A part of a group moves with all it is tied to: nothing is torn apart. */
function movedServices(project: Project, names: readonly string[]): readonly string[] {
  if (names.length === 0) return startOrder(project.services);
  const needed = withDependencies(project.services, names);
  return startOrder(project.services, withDependents(project.services, [...needed]));
}

function scaleOf(source: Observed, name: string): readonly (readonly [string, number])[] {
  const count = containersOf(source, name).length;
  return count === 0 ? [] : [[name, count]];
}

/** Images that the target lacks, or has under the same name with other content. */
function copyImages(
  builder: PlanBuilder,
  project: Project,
  services: readonly string[],
  source: Observed,
  target: Observed,
  compatibility: boolean | undefined,
): ReadonlyMap<string, readonly NodeId[]> {
  const nodes = new Map<string, readonly NodeId[]>();
  for (const name of services) {
    const image = imageName(project.name, name, project.services[name]!, compatibility);
    const key = `image ${image}`;
    if (nodes.has(key)) continue;
    const [here, there] = [source.images[image], target.images[image]];
    if (here === undefined || here.id === there?.id) {
      if (here === undefined && there === undefined) {
        builder.refuse(
          'image-missing',
          `service "${name}": neither engine has the image ${image}`,
          3,
          'pull it',
        );
      }
      nodes.set(key, []);
      continue;
    }
    const because = there === undefined ? 'not found' : 'the target has another image of this name';
    const node = builder.add(
      { kind: 'copy-image', image, from: source.engine },
      { subject: { kind: 'image', name: image }, because },
    );
    nodes.set(key, [node]);
  }
  return nodes;
}

interface TargetVolumes {
  /** Creating node by key. */
  readonly named: ReadonlyMap<string, NodeId>;
  readonly anonymous: ReadonlySet<NodeId>;
  /** Volume name by creating node, of those that exist on the source. */
  readonly copied: ReadonlyMap<NodeId, string>;
}

/** Volumes are made in advance, empty. Only those that the source has get data. */
function createVolumes(
  builder: PlanBuilder,
  project: Project,
  services: readonly string[],
  moving: readonly ObservedContainer[],
  target: Observed,
  materials: Materials,
): TargetVolumes {
  const named = new Map<string, NodeId>();
  const anonymous = new Set<NodeId>();
  const copied = new Map<NodeId, string>();
  const mounted = new Set(moving.flatMap((c) => c.mounts.map((m) => m.name)));
  const sources = new Set(services.flatMap((s) => (project.services[s]!.volumes ?? []).map((m) => m.source)));
  for (const [key, volume] of Object.entries(project.volumes)) {
    if (volume.external || !sources.has(key)) continue;
    if (target.volumes.some((v) => v.name === volume.name)) continue;
    const node = builder.add(
      { kind: 'create-volume', body: materials.volume(project, key) },
      { subject: { kind: 'volume', name: key }, because: 'not found' },
    );
    named.set(key, node);
    if (mounted.has(volume.name)) copied.set(node, volume.name);
  }
  const nameless = new Set(moving.flatMap((c) => anonymousMounts(project, c).map((m) => m.name)));
  for (const name of nameless) {
    const node = builder.add(
      { kind: 'create-volume', body: { Name: name, Labels: {} } },
      { subject: { kind: 'volume', name }, because: 'not found' },
    );
    anonymous.add(node);
    copied.set(node, name);
  }
  return { named, anonymous, copied };
}

/** Nothing may start a source container again by itself: first its restart policy goes, then it stops. */
function stopSource(
  builder: PlanBuilder,
  project: Project,
  services: readonly string[],
  source: Observed,
  timeout: number | undefined,
): readonly NodeId[] {
  const group = groupOf(project.name, project, source);
  const ready = builder.ids;
  const engine = source.engine;
  const frozen = services.flatMap((name) => {
    const before = restartPolicyOf(project, name);
    if (before === 'no') return [];
    return containersOf(source, name)
      .filter(isAlive)
      .map((container) =>
        builder.add(
          { kind: 'update-container', container: refTo(container), restartPolicy: 'no' },
          {
            engine,
            after: ready,
            subject: aboutContainer(container),
            because: 'must not start by itself again',
            changes: [{ field: 'restart', before, after: 'no' }],
          },
        ),
      );
  });
  const after = [...ready, ...frozen];
  const stopped = stopGroup(builder, group, services, 'its data moves', timeout, after, engine);
  return [...frozen, ...[...stopped.values()].flat()];
}

/** `restart`, or what `deploy.restart_policy` comes to. */
function restartPolicyOf(project: Project, name: string): string {
  const service = project.services[name]!;
  if (service.restart !== undefined && service.restart !== '') return service.restart;
  const policy = service.deploy?.restart_policy;
  if (policy === undefined || policy.condition === 'none') return 'no';
  if (policy.condition !== 'on-failure') return 'unless-stopped';
  return policy.max_attempts === undefined ? 'on-failure' : `on-failure:${policy.max_attempts}`;
}

function moveVolumes(
  builder: PlanBuilder,
  source: Observed,
  volumes: TargetVolumes,
  stopped: readonly NodeId[],
): ReadonlyMap<NodeId, readonly NodeId[]> {
  const verified = new Map<NodeId, readonly NodeId[]>();
  for (const [created, volume] of volumes.copied) {
    const { subject } = builder.node(created);
    const from = source.engine;
    const copy = builder.add(
      { kind: 'copy-volume', volume, from },
      { after: [created, ...stopped], subject, because: 'data moves' },
    );
    const verify = builder.add(
      { kind: 'verify-volume', volume, from },
      { after: [copy], subject, because: 'both sides must be equal' },
    );
    verified.set(created, [verify]);
  }
  return verified;
}

/** The target as it is once the images have come over. */
function withImages(
  project: Project,
  services: readonly string[],
  target: Observed,
  intent: MigrateIntent,
): Observed {
  const coming = services.map((name) =>
    imageName(project.name, name, project.services[name]!, intent.compatibility),
  );
  const missing = coming.filter((image) => !(image in target.images));
  return {
    ...target,
    images: { ...target.images, ...Object.fromEntries(missing.map((image) => [image, { id: '' }])) },
  };
}
