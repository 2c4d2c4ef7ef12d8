import { boundTo } from '../model/bound.ts';
import { forwarderSettings } from '../model/forwarding.ts';
import { namespaceParentsOf, parentsOf } from '../model/graph.ts';
import { contentDigestIn, label } from '../model/labels.ts';
import { containerName, imageName } from '../model/names.ts';
import { contentId } from '../model/platform.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import { containersOf, firstIdOf, isAlive, isOn } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import type { ServiceDecision, Slot } from './context.ts';
import type { UpIntent } from './intent.ts';
import type { Comparison, Materials } from './materials.ts';
import type { FieldChange } from './plan.ts';
import { createRequest, imageVolumeDigest } from './request.ts';
import { isNamed, wantedReplicas } from './selection.ts';

export interface Decisive {
  readonly project: Project;
  readonly observed: Observed;
  readonly intent: UpIntent;
  readonly materials: Materials;
  readonly changedVolumes: ReadonlySet<string>;
  readonly decisions: ReadonlyMap<string, ServiceDecision>;
}

type Verdict = { readonly because: string; readonly changes: readonly FieldChange[] };
interface Judged {
  readonly container: ObservedContainer;
  readonly verdict: Verdict | undefined;
  readonly unproven?: boolean;
  /** Differences that the engine can change in place. */
  readonly inPlace?: Pick<Comparison, 'update' | 'changes'>;
}

/** What becomes of a service's containers: which stay, are made anew, are added, go. */
export function decideService(input: Decisive, name: string): ServiceDecision {
  const { project, observed, intent } = input;
  if (project.services[name]!.provider !== undefined) return { slots: [], surplus: [] };
  const present = containersOf(observed, name);
  const judged = present.map((c) => judge(input, name, c, isUnproven(project.services[name]!, c, present)));
  const wanted = wantedReplicas(project, name, intent);
  const ordered = doublesLast(judged.toSorted(keepFirst));
  const kept = ordered.slice(0, wanted).toSorted((a, b) => a.container.number - b.container.number);
  const surplus = ordered.slice(wanted).map(({ container, verdict }) => ({
    container,
    because: kept.some((k) => k.container.number === container.number)
      ? `another container is ${name}/${container.number} now`
      : verdict === undefined
        ? `scaled to ${wanted}`
        : `scaled to ${wanted}, ${verdict.because}`,
  }));
  const finalName = (number: number) => containerName(project, name, number, intent.compatibility);
  const slots: Slot[] = kept.map(({ container, verdict, inPlace }) => ({
    service: name,
    number: container.number,
    name:
      verdict === undefined && !isTemporary(container.name) ? container.name : finalName(container.number),
    action: verdict === undefined ? 'keep' : 'recreate',
    present: container,
    because: verdict?.because ?? (inPlace === undefined ? 'as wanted' : 'changed in place'),
    changes: verdict?.changes ?? inPlace?.changes ?? [],
    ...(inPlace?.update !== undefined && { update: inPlace.update }),
  }));
  let number = Math.max(0, ...judged.map((j) => j.container.number));
  const because = kept.length === 0 ? 'not found' : `scaled to ${wanted}`;
  while (slots.length < wanted) {
    number += 1;
    slots.push({
      service: name,
      number,
      name: finalName(number),
      action: 'create',
      present: undefined,
      because,
      changes: [],
    });
  }
  return { slots, surplus };
}

/** Two containers of one number can't both stay: the better one counts, the other is one too many. */
function doublesLast(judged: readonly Judged[]): readonly Judged[] {
  const isFirst = (one: Judged) =>
    judged.find(({ container }) => container.number === one.container.number) === one;
  return [...judged.filter(isFirst), ...judged.filter((one) => !isFirst(one))];
}

/** Up to date before outdated, low numbers before high, of doubles the newest first. */
function keepFirst(a: Judged, b: Judged): number {
  return (
    Number(a.unproven ?? false) - Number(b.unproven ?? false) ||
    Number(a.verdict !== undefined) - Number(b.verdict !== undefined) ||
    a.container.number - b.container.number ||
    b.container.created - a.container.created ||
    (a.container.id < b.container.id ? -1 : 1)
  );
}

/** A name that only a container in the middle of its replacement has. */
export function isTemporary(name: string): boolean {
  return /^[0-9a-f]{12}_/.test(name);
}

/**
 * True for the new container of an interrupted rolling update that has not proved itself while the one before still
 * serves: the update begins anew, from what is known to work.
 */
function isUnproven(
  service: Service,
  container: ObservedContainer,
  all: readonly ObservedContainer[],
): boolean {
  const rolls = service.deploy?.update_config !== undefined || forwarderSettings(service).wanted;
  if (!rolls || !isTemporary(container.name)) return false;
  if (container.state === 'running' && container.health === 'healthy') return false;
  return all.some((c) => c.number === container.number && !isTemporary(c.name) && isAlive(c));
}

function judge(input: Decisive, name: string, container: ObservedContainer, unproven: boolean): Judged {
  const judged = judgeByModel(input, name, container);
  return unproven ? { ...judged, unproven } : judged;
}

function judgeByModel(input: Decisive, name: string, container: ObservedContainer): Judged {
  const { intent, materials, project } = input;
  const volume = missingOrChangedVolume(input, name, container, true);
  if (volume !== undefined) return { container, verdict: volume };
  if (intent.unstartable?.includes(container.id)) {
    return { container, verdict: { because: 'the engine can not start it any more', changes: [] } };
  }
  if (intent.noRecreate) return { container, verdict: undefined };
  const forced = isNamed(intent, name)
    ? intent.forceRecreate || intent.renewAnonVolumes
    : intent.alwaysRecreateDeps;
  if (forced) {
    const because = isNamed(intent, name) && !intent.forceRecreate ? 'anonymous volumes renewed' : 'forced';
    return { container, verdict: { because, changes: [] } };
  }
  const verdict = parentRecreated(input, name);
  if (verdict !== undefined) return { container, verdict };
  if (container.state === 'dead')
    return { container, verdict: { because: 'container is dead', changes: [] } };
  const service = project.services[name]!;
  const made = container.labels[label.configHash];
  // Earlier versions hashed the names of services here.
  if (made !== hashOf(input, service) && made !== materials.serviceHash(service)) {
    const wanted = createRequest(input, name, container.number, container);
    // What an image brings by itself is told by the one that the container was made from.
    const image = input.observed.images[container.imageId] ?? wanted.image;
    const inherited = wanted.inherited.filter(({ name: volume }) => isNamedIn(container, volume));
    const comparison = withName(
      materials.compare({ ...wanted, image, inherited }, container),
      container,
      wanted,
    );
    if (comparison === undefined) return { container, verdict: hashChanged(input, name, container) };
    if (comparison.cost === 'recreate') {
      return { container, verdict: { because: summary(comparison.changes), changes: comparison.changes } };
    }
    const rest = furtherReason(input, name, container);
    if (rest !== undefined || comparison.cost === 'none') return { container, verdict: rest };
    return { container, verdict: undefined, inPlace: comparison };
  }
  return { container, verdict: furtherReason(input, name, container) };
}

/** Adds a changed name. The old name with other separators is the same: others join the parts with `_`. */
function withName(
  comparison: Comparison | undefined,
  { name: before }: ObservedContainer,
  { name: after }: { readonly name: string },
): Comparison | undefined {
  const same = before.replaceAll('_', '-') === after.replaceAll('_', '-');
  if (comparison === undefined || same || isTemporary(before)) return comparison;
  const changes = [{ field: 'container_name', before, after }, ...comparison.changes];
  return { changes, cost: 'recreate' };
}

/** True if the body asks for the volume by its name: an anonymous one that came from a container before. */
function isNamedIn({ body }: ObservedContainer, volume: string): boolean {
  // An engine says null where there are none.
  const binds = body?.HostConfig.Binds ?? [];
  const mounts = body?.HostConfig.Mounts ?? [];
  return binds.some((bind) => bind.startsWith(`${volume}:`)) || mounts.some((m) => m.Source === volume);
}

function parentRecreated(input: Decisive, name: string): Verdict | undefined {
  const service = input.project.services[name]!;
  const namespaces = namespaceParentsOf(service);
  for (const parent of parentsOf(service)) {
    const first = input.decisions.get(parent)?.slots[0];
    if (first === undefined || first.action === 'keep') continue;
    const what = namespaces.includes(parent) ? 'shares a namespace with' : 'uses volumes of';
    return { because: `${what} ${parent}, which is recreated`, changes: [] };
  }
  return undefined;
}

/** Parents that are made anew were told before: here they are what they were. */
function hashOf({ materials, observed, decisions }: Decisive, service: Service): string {
  const idOf = (parent: string) =>
    decisions.get(parent)?.slots[0]?.present?.id ?? firstIdOf(observed, parent);
  return materials.serviceHash(boundTo(service, idOf));
}

function hashChanged(input: Decisive, name: string, container: ObservedContainer): Verdict {
  const change = {
    field: 'config-hash',
    before: container.labels[label.configHash]?.slice(0, 12),
    after: hashOf(input, input.project.services[name]!).slice(0, 12),
  };
  return { because: 'configuration changed', changes: [change] };
}

/** Reasons beyond the service's own attributes. */
function furtherReason(input: Decisive, name: string, container: ObservedContainer): Verdict | undefined {
  const { materials } = input;
  const digest = materials.contentDigest?.(name);
  const before = contentDigestIn(container.labels);
  if (digest !== undefined && before !== undefined && before !== digest) {
    const change = { field: 'content', before: before.slice(0, 12), after: digest.slice(0, 12) };
    const hooks = input.project.services[name]!.pre_start !== undefined;
    const because = `content of a config, secret or env file${hooks ? ', or a pre_start hook,' : ''} changed`;
    return { because, changes: [change] };
  }
  return (
    imageChanged(input, name, container) ??
    imageVolumeChanged(input, name, container) ??
    missingNetwork(input, name, container) ??
    missingOrChangedVolume(input, name, container, false)
  );
}

function imageChanged(input: Decisive, name: string, container: ObservedContainer): Verdict | undefined {
  const reference = imageName(
    input.project.name,
    name,
    input.project.services[name]!,
    input.intent.compatibility,
  );
  const image = input.observed.images[reference];
  const before = container.labels[label.image] ?? container.imageId;
  if (image === undefined || before === '' || before === image.id) return undefined;
  const { platform } = input.project.services[name]!;
  const parts = platform === undefined ? Object.values(image.manifests ?? {}) : [contentId(image, platform)];
  if (parts.includes(before)) return undefined;
  return {
    because: 'image changed',
    changes: [{ field: 'image', before: shortDigest(before), after: shortDigest(image.id) }],
  };
}

function imageVolumeChanged(
  input: Decisive,
  name: string,
  container: ObservedContainer,
): Verdict | undefined {
  const after = imageVolumeDigest(input.project.services[name]!, input.observed);
  const before = container.labels[label.imageVolumeDigest];
  if (after === undefined || before === undefined || before === after) return undefined;
  return { because: 'image of a volume changed', changes: [{ field: 'volumes', before, after }] };
}

function missingNetwork(input: Decisive, name: string, container: ObservedContainer): Verdict | undefined {
  // What engines list of containers that don't run is not reliable. One that was made by halves is seen when inspected.
  const isKnown = container.state === 'created' && container.body !== undefined;
  if (container.state !== 'running' && !isKnown) return undefined;
  for (const key of Object.keys(input.project.services[name]!.networks ?? {})) {
    const wanted = input.project.networks[key]?.name;
    const network = input.observed.networks.find((n) => n.name === wanted);
    if (network === undefined || isOn(container, network)) continue;
    return {
      because: `not on network ${key}`,
      changes: [{ field: `networks.${key}`, before: undefined, after: network.name }],
    };
  }
  return undefined;
}

function missingOrChangedVolume(
  input: Decisive,
  name: string,
  container: ObservedContainer,
  changed: boolean,
): Verdict | undefined {
  for (const mount of input.project.services[name]!.volumes ?? []) {
    if (mount.type !== 'volume' || mount.source === undefined) continue;
    const volume = input.project.volumes[mount.source];
    if (volume === undefined) continue;
    const mounted = container.mounts.some((m) => m.name === volume.name);
    if (changed && input.changedVolumes.has(mount.source) && mounted) {
      return { because: `volume ${mount.source} is made anew`, changes: [] };
    }
    if (!changed && !mounted) {
      return {
        because: `volume ${mount.source} is not mounted`,
        changes: [
          { field: `volumes.${mount.target ?? mount.source}`, before: undefined, after: volume.name },
        ],
      };
    }
  }
  return undefined;
}

function summary(changes: readonly FieldChange[]): string {
  const fields = [...new Set(changes.map((c) => c.field.split('.')[0]!))];
  return `${fields.slice(0, 3).join(', ')}${fields.length > 3 ? ', …' : ''} changed`;
}

function shortDigest(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
