import { dependenciesOf } from '../model/graph.ts';
import { label } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import type { DependencyCondition, Service } from '../model/service.ts';
import { isForwarder, isHook, orphansOf, sharesNetworkOf } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';

/**
 * The running side of a project: services with containers and what each depends on, from the model or,
 * where there is none, from the containers' labels.
 */
export interface Group {
  readonly project: Project | undefined;
  readonly name: string;
  readonly services: ReadonlyMap<string, GroupService>;
}

export interface GroupDependency {
  readonly condition: DependencyCondition;
  /** Wants to be restarted with it. */
  readonly restart: boolean;
}

interface GroupService {
  /** The model's; undefined if only labels tell of it. */
  readonly service: Service | undefined;
  /** By the names of services that have to be there while this one runs. */
  readonly dependsOn: ReadonlyMap<string, GroupDependency>;
  readonly containers: readonly ObservedContainer[];
  /** Of ours, that hold its ports: the last to stop and the first to start. */
  readonly forwarders: readonly ObservedContainer[];
}

/** Builds the group. With a model, services of inactive profiles are in it and orphans are not. */
export function groupOf(name: string, project: Project | undefined, observed: Observed): Group {
  const services = new Map<string, GroupService>();
  const belonging = observed.containers.filter((c) => !c.oneOff && !isHook(c) && c.state !== 'removing');
  const known = new Set<string>([
    ...Object.keys(project?.services ?? {}),
    ...Object.keys(project?.disabledServices ?? {}),
  ]);
  const orphans = new Set(project === undefined ? [] : allOrphans(project, observed));
  for (const container of belonging) if (!orphans.has(container.id)) known.add(container.service);
  for (const key of [...known].sort()) {
    const service = project?.services[key] ?? project?.disabledServices[key];
    const own = belonging.filter((c) => c.service === key);
    const containers = own.filter((c) => !isForwarder(c));
    const forwarders = own.filter(isForwarder);
    const labelled = containers.some((c) => label.dependsOn in c.labels);
    const dependsOn =
      service === undefined || labelled ? labelledDependencies(containers) : dependenciesIn(service);
    services.set(key, {
      service,
      dependsOn: withParents(dependsOn, containers, belonging),
      containers,
      forwarders,
    });
  }
  return { project, name, services };
}

function dependenciesIn(service: Service): GroupService['dependsOn'] {
  return new Map(
    [...dependenciesOf(service)].map(([name, { condition, restart }]) => [
      name,
      { condition, restart: restart === true },
    ]),
  );
}

/** How the containers were made: `db:service_healthy:true,cache:service_started:false` */
function labelledDependencies(containers: readonly ObservedContainer[]): GroupService['dependsOn'] {
  const found = new Map<string, GroupDependency>();
  for (const container of containers) {
    for (const entry of (container.labels[label.dependsOn] ?? '').split(',')) {
      const [name, condition, restart] = entry.split(':');
      if (name === undefined || name === '') continue;
      found.set(name, {
        condition: isCondition(condition) ? condition : 'service_started',
        restart: restart === 'true',
      });
    }
  }
  return found;
}

function isCondition(text: string | undefined): text is DependencyCondition {
  return text === 'service_healthy' || text === 'service_completed_successfully';
}

/** Dependencies first; a cycle (labels may hold one) is cut. */
export function groupOrder(group: Group): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const service = group.services.get(name);
    if (service === undefined || seen.has(name)) return;
    seen.add(name);
    for (const dependency of [...service.dependsOn.keys()].sort()) visit(dependency);
    order.push(name);
  };
  for (const name of group.services.keys()) visit(name);
  return order;
}

/** The services that directly depend on one. */
export function dependentsIn(group: Group, name: string): readonly string[] {
  return [...group.services].flatMap(([other, { dependsOn }]) => (dependsOn.has(name) ? [other] : []));
}

/** Adds the services whose network namespace the containers live in, whatever their labels say. */
function withParents(
  dependsOn: GroupService['dependsOn'],
  containers: readonly ObservedContainer[],
  all: readonly ObservedContainer[],
): GroupService['dependsOn'] {
  const parents = all.filter((parent) => containers.some((c) => sharesNetworkOf(c, parent)));
  const missing = parents.filter((parent) => !dependsOn.has(parent.service));
  if (missing.length === 0) return dependsOn;
  const parent = { condition: 'service_started', restart: false } as const;
  return new Map([...dependsOn, ...missing.map((p) => [p.service, parent] as const)]);
}

function allOrphans(project: Project, observed: Observed): readonly string[] {
  const { own, foreign } = orphansOf(project, observed);
  return [...own, ...foreign].map((container) => container.id);
}
