import { startOrder } from '../model/graph.ts';
import { containerName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import { containersOf } from '../observe/membership.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { MigrateIntent, UpIntent } from './intent.ts';
import type { Materials } from './materials.ts';
import { stopSource } from './migrate.ts';
import { addFinal, addLive, marking } from './migrate-volumes.ts';
import type { SyncChoices, VolumePair } from './operations.ts';
import type { NodeId, Plan } from './plan.ts';
import { addUp } from './up.ts';

/**
 * Plans a project's new name on one engine: a move whose both ends are the same engine. What is named after the project
 * is made anew, with its data; what has a name of its own goes on as it is.
 * @param old the project under its old name
 * @param target what the engine holds under the new name
 */
export function planRename(
  old: Project,
  project: Project,
  source: Observed,
  target: Observed,
  intent: Pick<MigrateIntent, 'timeout'> & { readonly how: SyncChoices },
  given: Materials,
): Plan {
  const builder = new PlanBuilder(target.engine);
  const { how } = intent;
  const materials = marking(given, how.id);
  const services = startOrder(project.services);
  refuseRename(builder, old, project, source, target);
  const pairs: VolumePair[] = [];
  const memo = new Map<string, readonly NodeId[]>();
  const mounted = new Set(source.containers.flatMap((c) => c.mounts.map((m) => m.name)));
  for (const [key, volume] of Object.entries(project.volumes)) {
    const before = old.volumes[key]!.name;
    if (volume.external || volume.name === before) memo.set(`volume ${key}`, []);
    else if (mounted.has(before)) {
      const node = builder.add(
        { kind: 'create-volume', body: materials.volume(project, key) },
        { subject: { kind: 'volume', name: key }, because: 'the project has a new name' },
      );
      memo.set(`volume ${key}`, [node]);
      pairs.push({ source: before, target: volume.name });
    }
  }
  const counts = services.map((name) => [name, containersOf(source, name).length] as const);
  const up: UpIntent = {
    ...{ command: 'up', services, start: true, noDeps: true, imagesReady: true, wait: true },
    scale: Object.fromEntries(counts.filter(([, count]) => count > 0)),
  };
  const add = (wish: UpIntent, startAfter: readonly NodeId[]) =>
    addUp(builder, project, target, wish, materials, { memo, startAfter });
  add({ ...up, start: false, wait: false }, []);
  for (const key of [...memo.keys()]) {
    if (!/^(image|volume|network|create|settle) /.test(key)) memo.delete(key);
  }
  const live = addLive(builder, source, pairs, how);
  const stopped = stopSource(builder, old, services, source, intent.timeout);
  const proved = addFinal(builder, source, pairs, how, [...live, ...stopped]);
  add(up, [...stopped, ...proved]);
  return builder.build('rename', project.name);
}

function refuseRename(
  builder: PlanBuilder,
  old: Project,
  project: Project,
  source: Observed,
  target: Observed,
): void {
  const refuse = (code: string, message: string, hint: string) => builder.refuse(code, message, 3, hint);
  if (source.containers.length === 0) {
    refuse('nothing-to-move', `${old.name} has no container on ${source.engine}`, 'see tscompose ls');
  }
  if (target.containers.length > 0) {
    refuse('target-in-use', `a project ${project.name} is there already`, 'take another name');
  }
  for (const name of Object.keys(project.services)) {
    if (containerName(project, name, 1) !== containerName(old, name, 1)) continue;
    const hint = 'remove container_name, or make it contain the project name';
    refuse('name-taken', `container_name of ${name} is the same under both names`, hint);
  }
  for (const [key, network] of Object.entries(project.networks)) {
    const before = old.networks[key]!.name;
    if (network.name === before || (network.ipam.config ?? []).length === 0) continue;
    const hint = `remove "ipam" from network ${key}, or give it a "name"`;
    refuse('subnet-taken', `network ${before} has a fixed subnet, which two networks can't have`, hint);
  }
  for (const [key, volume] of Object.entries(project.volumes)) {
    if (volume.external || volume.name === old.volumes[key]!.name) continue;
    if (!target.volumes.some((one) => one.name === volume.name)) continue;
    refuse('volume-exists', `volume ${volume.name} exists and may hold data`, 'remove it if nobody needs it');
  }
  const named = new Set(Object.values(old.volumes).map(({ name }) => name));
  const nameless = source.containers.filter((c) =>
    c.mounts.some((m) => m.type === 'volume' && m.name !== '' && !named.has(m.name)),
  );
  for (const { name } of nameless) {
    const hint = 'give the volume a name in the file if its data has to stay';
    builder.warn('anonymous-volume', `what ${name} has in volumes without a name does not move`, hint);
  }
}
