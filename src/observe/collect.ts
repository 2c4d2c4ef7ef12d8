import type { Engine, NetworkSummary, VolumeSummary } from '../engine/engine.ts';
import { boundTo } from '../model/bound.ts';
import { replicaOf } from '../model/forwarding.ts';
import { serviceHash } from '../model/hash.ts';
import { label } from '../model/labels.ts';
import type { ModelRunnerFacts } from '../model/models.ts';
import { imageName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import { pullAge } from '../model/pull-policy.ts';
import type { Service } from '../model/service.ts';
import { type Snapshot, snapshotLabel, snapshotsIn } from '../model/snapshot.ts';
import { byServiceAndNumber, compareText, observedContainer, withDetails } from './container.ts';
import { type FormerName, ownKeys } from './former.ts';
import { fromDetails, observeImages } from './images.ts';
import { containersOf, firstIdOf } from './membership.ts';
import type { Observed, ObservedContainer, ObservedImage } from './observed.ts';

export interface ObserveOptions {
  /** Look up the images of the project's services; default true with a model. */
  readonly images?: boolean;
  readonly compatibility?: boolean;
  /** Seconds since 1970 of the last pull of an image, where that is known better than by the engine. */
  readonly pulled?: (reference: string) => number | undefined;
  /** See what others hold too: names, ports and volumes that are taken. For an engine that something moves to. */
  readonly preflight?: boolean;
  /** Look closer at containers that have never started: their creation may have been cut short. */
  readonly unstarted?: boolean;
  /** Asks what runs language models; only for a project that uses some. */
  readonly models?: () => Promise<ModelRunnerFacts>;
  /** Asked if nothing of the project is there yet and it has volumes of its own. */
  readonly former?: (engine: Engine, project: Project) => Promise<FormerName | undefined>;
  /** Find snapshots of the project's volumes, and look up those volumes, whoever they belong to by now. */
  readonly snapshots?: boolean | 'with-volumes';
  /** Sizes of volumes, for plans that remove some; may be slow. */
  readonly volumeSizes?: boolean;
  /**
   * The hash label that a service's containers should carry; by default that of the model. Containers with another one are inspected, so
   * that the planner can compare them field by field.
   */
  readonly expectedHash?: (serviceName: string) => string;
}

/**
 * Reads what the engine holds of a project: one list each of containers, networks, volumes and, where there
 * are many references, images. Single look-ups only for what lists by the project's label can't show.
 *
 * @throws EngineError when the engine can't be asked
 */
export async function observe(
  engine: Engine,
  target: Project | { readonly name: string },
  options: ObserveOptions = {},
): Promise<Observed> {
  const project = 'services' in target ? target : undefined;
  const mine = `${label.project}=${target.name}`;
  const [listed, networks, volumes, images, sizes, models, snapshots] = await Promise.all([
    engine.listContainers(options.preflight ? { all: true } : { all: true, labels: [mine] }),
    observeNetworks(engine, target.name, project),
    observeVolumes(engine, target.name, project, options.preflight ?? false),
    project === undefined || options.images === false ? {} : projectImages(engine, project, options),
    options.volumeSizes ? engine.volumeSizes() : undefined,
    options.models?.(),
    options.snapshots ? observeSnapshots(engine, target.name) : undefined,
  ]);
  const others = listed.filter((c) => c.labels[label.project] !== target.name);
  const lost =
    options.snapshots === 'with-volumes'
      ? await Promise.all(volumesOf(snapshots ?? []).map((name) => engine.inspectVolume(name)))
      : [];
  const observed: Observed = {
    engine: engine.name,
    facts: engine.facts,
    containers: listed
      .filter((c) => c.labels[label.project] === target.name)
      .map(observedContainer)
      .sort(byServiceAndNumber),
    networks,
    volumes: merge(volumes, lost, (v) => v.name),
    images,
    ...(options.preflight && { others: others.map(({ name, ports }) => ({ name, ports })) }),
    ...(models !== undefined && { models }),
    ...(sizes !== undefined && { volumeSizes: Object.fromEntries(sizes) }),
    ...(snapshots !== undefined && { snapshots }),
  };
  if (project === undefined) return observed;
  const isNew = observed.containers.length === 0 && volumes.length === 0 && ownKeys(project).length > 0;
  const former = isNew ? await options.former?.(engine, project) : undefined;
  if (former !== undefined) return { ...observed, former };
  const known = { ...observed, images: await withManifests(engine, project, observed, options) };
  return inspectDiffering(engine, project, known, options);
}

/** Looks into images of several platforms that containers seem to be no longer of. */
async function withManifests(
  engine: Engine,
  project: Project,
  observed: Observed,
  { compatibility }: ObserveOptions,
): Promise<Observed['images']> {
  const { images } = observed;
  const doubtful = Object.entries(project.services).flatMap(([name, service]) => {
    const reference = imageName(project.name, name, service, compatibility);
    const image = images[reference];
    if (image === undefined || image.manifests !== undefined) return [];
    const labels = containersOf(observed, name).map((one) => one.labels[label.image] ?? image.id);
    return labels.every((id) => id === image.id) ? [] : [reference];
  });
  const looked = await Promise.all(
    [...new Set(doubtful)].map(
      async (one) => [one, await engine.inspectImage(one, { platforms: true })] as const,
    ),
  );
  const found = looked.flatMap(([one, details]) =>
    details?.manifests === undefined
      ? []
      : [[one, { ...images[one]!, manifests: details.manifests }] as const],
  );
  return { ...images, ...Object.fromEntries(found) };
}

async function observeNetworks(
  engine: Engine,
  name: string,
  project: Project | undefined,
): Promise<NetworkSummary[]> {
  const others = Object.entries(project?.networks ?? {}).filter(
    ([key, network]) => network.external || network.name !== `${name}_${key}`,
  );
  const [listed, looked] = await Promise.all([
    engine.listNetworks({ labels: [`${label.project}=${name}`] }),
    Promise.all(others.map(([, network]) => engine.inspectNetwork(network.name))),
  ]);
  const mine = listed.filter((n) => n.labels[label.project] === name);
  return merge(mine, looked, (n) => n.id).sort((a, b) => compareText(a.name, b.name));
}

async function observeVolumes(
  engine: Engine,
  name: string,
  project: Project | undefined,
  all: boolean,
): Promise<VolumeSummary[]> {
  const others = Object.entries(project?.volumes ?? {}).filter(
    ([key, volume]) => volume.external || volume.name !== `${name}_${key}`,
  );
  const [listed, looked] = await Promise.all([
    engine.listVolumes(all ? {} : { labels: [`${label.project}=${name}`] }),
    Promise.all(others.map(([, volume]) => engine.inspectVolume(volume.name))),
  ]);
  // Some engines take several label filters as "or"; nothing of another project may come in.
  const mine = listed.filter((v) => all || v.labels[label.project] === name);
  return merge(mine, looked, (v) => v.name).sort((a, b) => compareText(a.name, b.name));
}

function volumesOf(snapshots: readonly Snapshot[]): readonly string[] {
  return [...new Set(snapshots.map(({ volume }) => volume))];
}

/** Snapshots of a project's volumes, or of all projects. */
export async function observeSnapshots(engine: Engine, project?: string): Promise<readonly Snapshot[]> {
  const wanted = project === undefined ? snapshotLabel.project : `${snapshotLabel.project}=${project}`;
  const found = await engine.listVolumes({ labels: [wanted] });
  return snapshotsIn(
    found.filter(({ labels }) => project === undefined || labels[snapshotLabel.project] === project),
  );
}

function merge<T>(listed: readonly T[], looked: readonly (T | undefined)[], key: (item: T) => string): T[] {
  const all = new Map(listed.map((item) => [key(item), item]));
  for (const item of looked) if (item !== undefined && !all.has(key(item))) all.set(key(item), item);
  return [...all.values()];
}

function platformsWanted(
  named: readonly { readonly service: Service; readonly reference: string }[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const wanted = new Map<string, Set<string>>();
  for (const { service, reference } of named) {
    if (service.platform === undefined) continue;
    wanted.set(reference, (wanted.get(reference) ?? new Set()).add(service.platform));
  }
  return wanted;
}

async function projectImages(
  engine: Engine,
  project: Project,
  options: ObserveOptions,
): Promise<Record<string, ObservedImage>> {
  const services = Object.entries(project.services).filter(([, s]) => s.provider === undefined);
  const named = services.map(([name, service]) => ({
    service,
    reference: imageName(project.name, name, service, options.compatibility),
  }));
  const aged = named.filter(({ service }) => pullAge(service.pull_policy, service) !== undefined);
  const mounted = services.flatMap(([, s]) => [
    ...(s.volumes ?? []).flatMap((m) => (m.type === 'image' && m.source !== undefined ? [m.source] : [])),
    ...(s.pre_start ?? []).flatMap(({ image }) => image ?? []),
  ]);
  const found = await observeImages(engine, {
    references: [...named.map((n) => n.reference), ...mounted],
    details: new Set(aged.map((n) => n.reference)),
    platforms: platformsWanted(named),
    preferList: services.length > 20,
  });
  for (const { reference } of aged) {
    const [image, pulled] = [found[reference], options.pulled?.(reference)];
    if (image === undefined || pulled === undefined) continue;
    found[reference] = { ...image, tagged: Math.max(pulled, image.tagged ?? 0) };
  }
  return found;
}

/** Inspects the containers whose hash is not the expected one, and the images that they were made from. */
async function inspectDiffering(
  engine: Engine,
  project: Project,
  observed: Observed,
  options: ObserveOptions,
): Promise<Observed> {
  const differing = Object.keys(project.services).flatMap((name) => {
    const containers = containersOf(observed, name);
    if (containers.length === 0) return [];
    const bound = () => boundTo(replicaOf(project.services[name]!), (parent) => firstIdOf(observed, parent));
    const hash = options.expectedHash?.(name) ?? serviceHash(bound());
    return containers.filter(
      (c) => c.labels[label.configHash] !== hash || (options.unstarted && c.state === 'created'),
    );
  });
  if (differing.length === 0) return observed;
  const imageIds = [...new Set(differing.map((c) => c.imageId))].filter((id) => id !== '');
  const [details, images] = await Promise.all([
    Promise.all(differing.map((c) => inspect(engine, c))),
    Promise.all(imageIds.map(async (id) => [id, await engine.inspectImage(id)] as const)),
  ]);
  const byId = new Map(details.map((c) => [c.id, c]));
  const found = images.flatMap(([id, image]) =>
    image === undefined ? [] : [[id, fromDetails(image)] as const],
  );
  return {
    ...observed,
    containers: observed.containers.map((c) => byId.get(c.id) ?? c),
    images: { ...observed.images, ...Object.fromEntries(found) },
  };
}

async function inspect(engine: Engine, container: ObservedContainer): Promise<ObservedContainer> {
  return withDetails(container, await engine.inspectContainer(container.id));
}
