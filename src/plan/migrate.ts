import { startOrder, withDependencies, withDependents } from '../model/graph.ts';
import { moveLabel } from '../model/labels.ts';
import { imageName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import { containersOf, forwarderOf, isAlive } from '../observe/membership.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { Slot } from './context.ts';
import { groupOf } from './group.ts';
import type { MigrateIntent, UpIntent } from './intent.ts';
import type { Materials } from './materials.ts';
import { refuseMigration } from './migrate-preflight.ts';
import {
  addFinal,
  addLive,
  bindPairs,
  createVolumes,
  marking,
  moveVolumes,
  pairsOf,
} from './migrate-volumes.ts';
import type { NodeId, Plan } from './plan.ts';
import { aboutContainer, refTo } from './steps/containers.ts';
import { stopGroup } from './stop.ts';
import { addUp } from './up.ts';

/**
 * Plans the move of a project. What can be made on the target while the source runs is made first, containers too. With
 * `how`, data goes over in passes meanwhile, and only what changed since follows after the stop; else all of it does. The
 * target starts when every copy is proved. The source keeps its containers and volumes. `target` has to be observed with
 * what others hold there.
 */
export function planMigrate(
  project: Project,
  source: Observed,
  target: Observed,
  intent: MigrateIntent,
  given: Materials,
): Plan {
  const builder = new PlanBuilder(target.engine);
  const materials = intent.id === undefined ? given : marking(given, intent.id);
  for (const name of intent.services) {
    if (!(name in project.services)) builder.refuse('no-such-service', `no such service: ${name}`, 1);
  }
  const services = movedServices(project, intent);
  const moving = services.flatMap((name) => containersOf(source, name));
  const proved = intent.resume?.proved === true;
  refuseMigration(builder, project, services, moving, source, target, intent, materials);
  const images = copyImages(builder, project, services, source, target, intent.compatibility);
  const volumes = createVolumes(builder, project, services, moving, target, materials, intent);
  const memo = new Map<string, readonly NodeId[]>(images);
  const up: UpIntent = {
    ...{ command: 'up', services, start: true, noDeps: true, imagesReady: true, wait: true },
    ...(intent.compatibility && { compatibility: true }),
    ...(intent.waitTimeoutMs !== undefined && { waitTimeoutMs: intent.waitTimeoutMs }),
    scale: Object.fromEntries(services.flatMap((name) => scaleOf(source, name))),
  };
  const donors = (service: string, number: number) =>
    containersOf(source, service).toSorted((a, b) => a.number - b.number)[number - 1];
  const inheritFrom = (slot: Slot) => donors(slot.service, slot.number);
  const there = withImages(project, services, target, intent);
  const add = (seed: Parameters<typeof addUp>[5], wish: UpIntent = up) =>
    addUp(builder, project, there, wish, materials, { memo, inheritFrom, ...seed });

  for (const [key, node] of volumes.named) memo.set(`volume ${key}`, [node]);
  if (intent.how === undefined) {
    const stopped = stopSource(builder, project, services, source, intent.timeout);
    const verified = moveVolumes(builder, source, volumes, stopped);
    for (const [key, node] of volumes.named) memo.set(`volume ${key}`, verified.get(node) ?? [node]);
    add({
      startAfter: [...stopped, ...[...verified.values()].flat()],
      createAfter: [...volumes.anonymous].flatMap((node) => verified.get(node) ?? []),
    });
  } else if (proved) {
    add({ startAfter: builder.ids });
  } else {
    // The engine fills a new volume from the image when a container is made: the passes come after that.
    add({ createAfter: [...volumes.anonymous] }, { ...up, start: false, wait: false });
    // Only what was made stands for steps of the second half.
    for (const key of [...memo.keys()])
      if (!/^(image|volume|network|create|settle) /.test(key)) memo.delete(key);
    const pairs = [...pairsOf(volumes, target, intent), ...bindPairs(project, services, intent)];
    const live = addLive(builder, source, pairs, intent.how);
    const stopped = stopSource(builder, project, services, source, intent.timeout);
    const done = addFinal(builder, source, pairs, intent.how, [...live, ...stopped]);
    add({ startAfter: [...stopped, ...done] });
  }
  if (intent.id !== undefined) addMark(builder, project.name, source, target, intent.id);
  return builder.build('migrate', project.name);
}

/** What tells on the source that the group is elsewhere now. The end of the move looks for it. */
function addMark(
  builder: PlanBuilder,
  project: string,
  source: Observed,
  target: Observed,
  id: string,
): void {
  const name = `tscompose-moved-${id}`;
  if (builder.ids.length === 0 || source.volumes.some((volume) => volume.name === name)) return;
  const Labels = {
    [moveLabel]: id,
    [`${moveLabel}.project`]: project,
    [`${moveLabel}.to`]: target.facts.address,
  };
  builder.add(
    { kind: 'create-volume', body: { Name: name, Labels } },
    {
      engine: source.engine,
      after: builder.ids,
      subject: { kind: 'project', name: project },
      because: 'marks the source as moved',
      optional: true,
    },
  );
}

/** A part of a group moves with all it is tied to, by dependencies or volumes, unless it shall be torn apart. */
export function movedServices(
  project: Project,
  { services: names, allowSplit }: Pick<MigrateIntent, 'services' | 'allowSplit'>,
): readonly string[] {
  const known = names.filter((name) => name in project.services);
  if (known.length === 0) return startOrder(project.services);
  if (allowSplit) return startOrder(project.services, new Set(known));
  let group = new Set(known);
  for (let size = 0; size !== group.size; ) {
    size = group.size;
    const needed = withDependencies(project.services, [...group]);
    group = new Set([...withDependents(project.services, [...needed])]);
    for (const name of sharingVolumes(project, group)) group.add(name);
  }
  return startOrder(project.services, group);
}

/** Services outside a group that have a volume in common with it. */
export function sharingVolumes(project: Project, group: ReadonlySet<string>): readonly string[] {
  const volumesOf = (name: string) =>
    (project.services[name]!.volumes ?? []).flatMap((m) => (m.type === 'volume' ? (m.source ?? []) : []));
  const used = new Set([...group].flatMap(volumesOf));
  return Object.keys(project.services).filter(
    (name) => !group.has(name) && volumesOf(name).some((volume) => used.has(volume)),
  );
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

/** Nothing may start a source container again by itself: first its restart policy goes, then it stops. */
export function stopSource(
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
    const policy = restartPolicyOf(project, name);
    const forwarder = forwarderOf(source, name);
    const own = containersOf(source, name).map((container) => ({ container, before: policy }));
    const ours = forwarder === undefined ? [] : [{ container: forwarder, before: 'always' }];
    return [...own, ...ours]
      .filter(({ container, before }) => isAlive(container) && before !== 'no')
      .map(({ container, before }) =>
        builder.add(
          { kind: 'update-container', container: refTo(container), restartPolicy: 'no' },
          {
            engine,
            after: ready,
            subject: aboutContainer(container),
            because: 'must not start by itself again',
            changes: [{ field: 'restart', before, after: 'no' }],
            // Older Podman can't; what is stopped there stays so until the host boots, which a warning tells.
            ...(source.facts.kind === 'podman' && { optional: true }),
          },
        ),
      );
  });
  const after = [...ready, ...frozen];
  const stopped = stopGroup(builder, group, services, 'its data moves', timeout, after, { engine });
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
