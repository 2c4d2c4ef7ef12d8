import { dependenciesOf, namespaceParentsOf } from '../model/graph.ts';
import type { Project } from '../model/project.ts';
import type { ObservedContainer } from '../observe/observed.ts';

/** Which present containers come first when containers stop and go. */
export interface StopOrder {
  /** Containers that live in a namespace of this one: gone before it goes. */
  sharersOf(id: string): readonly ObservedContainer[];
  /** Containers that stop before this one: sharers, and those that asked for it (`restart: true`). */
  stopBefore(id: string): readonly ObservedContainer[];
}

type Edges = Map<string, ObservedContainer[]>;

/**
 * How the containers were made counts before what the model says now, since only the first binds the engine;
 * an edge of the model that would close a circle with it is left out.
 */
export function stopOrder(project: Project, leaving: readonly ObservedContainer[]): StopOrder {
  const sharers: Edges = new Map();
  const parentOf = (c: ObservedContainer) => c.networkMode.slice('container:'.length);
  for (const container of leaving) {
    if (!container.networkMode.startsWith('container:')) continue;
    const parent = leaving.find((p) => p.id === parentOf(container) || p.name === parentOf(container));
    if (parent !== undefined) add(sharers, container, parent);
  }
  forEachPair(project, leaving, namespaceParentsOf, (first, then) => addIfOpen(sharers, first, then));
  const before: Edges = new Map([...sharers].map(([id, list]) => [id, [...list]]));
  const asks = (service: Parameters<typeof dependenciesOf>[0]) =>
    [...dependenciesOf(service)].flatMap(([name, { restart }]) => (restart ? [name] : []));
  forEachPair(project, leaving, asks, (first, then) => addIfOpen(before, first, then));
  return { sharersOf: (id) => sharers.get(id) ?? [], stopBefore: (id) => before.get(id) ?? [] };
}

type Namer = (service: Project['services'][string]) => readonly string[];

function forEachPair(
  project: Project,
  leaving: readonly ObservedContainer[],
  namesOf: Namer,
  visit: (first: ObservedContainer, then: ObservedContainer) => void,
): void {
  for (const first of leaving) {
    const service = project.services[first.service];
    if (service === undefined) continue;
    const names = namesOf(service);
    if (names.length === 0) continue;
    for (const then of leaving) if (names.includes(then.service)) visit(first, then);
  }
}

function add(edges: Edges, first: ObservedContainer, then: ObservedContainer): void {
  const list = edges.get(then.id) ?? [];
  if (!list.includes(first)) list.push(first);
  edges.set(then.id, list);
}

function addIfOpen(edges: Edges, first: ObservedContainer, then: ObservedContainer): void {
  const seen = new Set<string>();
  const reaches = (from: string): boolean => {
    if (from === then.id) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return (edges.get(from) ?? []).some((c) => reaches(c.id));
  };
  if (!reaches(first.id)) add(edges, first, then);
}
