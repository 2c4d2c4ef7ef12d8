import { dependenciesOf, namespaceParentsOf } from '../model/graph.ts';
import type { Project } from '../model/project.ts';
import { containersOf, isAlive, sharesNetworkOf } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import type { ServiceDecision } from './context.ts';
import { usersOfNetwork } from './steps/networks.ts';
import { usersOfVolume } from './steps/volumes.ts';

interface Decided {
  readonly project: Project;
  readonly observed: Observed;
  readonly start: boolean;
  readonly selected: readonly string[];
  readonly decisions: ReadonlyMap<string, ServiceDecision>;
  readonly changedNetworks: ReadonlySet<string>;
  readonly changedVolumes: ReadonlySet<string>;
  readonly orphans: readonly ObservedContainer[];
}

/** The present containers that a plan stops, those that it starts again included, and those that it removes. */
export function leavingContainers(decided: Decided): {
  readonly stopping: ReadonlySet<string>;
  readonly removing: ReadonlySet<string>;
  readonly leaving: readonly ObservedContainer[];
} {
  const { project, observed, selected, decisions } = decided;
  const removed = new Set(decided.orphans);
  const recreated = new Set<string>();
  for (const [name, { slots, surplus }] of decisions) {
    for (const { container } of surplus) removed.add(container);
    for (const slot of slots) {
      if (slot.action !== 'recreate') continue;
      recreated.add(name);
      removed.add(slot.present!);
    }
  }
  for (const key of decided.changedVolumes) {
    for (const container of usersOfVolume(project, observed, key)) removed.add(container);
  }
  const leaving = new Set(removed);
  for (const key of decided.changedNetworks)
    for (const c of usersOfNetwork(project, observed, key)) leaving.add(c);
  const stops = (name: string) => containersOf(observed, name).some((c) => leaving.has(c) && isAlive(c));
  for (const name of selected) {
    const service = project.services[name]!;
    const shares = namespaceParentsOf(service).some(stops);
    const asks = [...dependenciesOf(service)].some(
      ([d, { restart }]) => restart === true && recreated.has(d),
    );
    if (shares || (asks && decided.start)) for (const c of containersOf(observed, name)) leaving.add(c);
  }
  // Who shares a namespace of what stops has to stop before it, whatever it belongs to.
  for (let grown = true; grown; ) {
    grown = false;
    for (const c of observed.containers) {
      if (leaving.has(c) || ![...leaving].some((p) => sharesNetworkOf(c, p) && isAlive(p))) continue;
      leaving.add(c);
      grown = true;
    }
  }
  return {
    removing: new Set([...removed].map((c) => c.id)),
    stopping: new Set([...leaving].filter(isAlive).map((c) => c.id)),
    leaving: observed.containers.filter((c) => leaving.has(c)),
  };
}
