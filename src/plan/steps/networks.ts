import type { NetworkBody } from '../../model/bodies.ts';
import { label } from '../../model/labels.ts';
import type { Project } from '../../model/project.ts';
import { isOn } from '../../observe/membership.ts';
import type { Observed, ObservedContainer } from '../../observe/observed.ts';
import type { PlanBuilder } from '../builder.ts';
import { once, type UpContext } from '../context.ts';
import type { Materials } from '../materials.ts';
import type { NodeId } from '../plan.ts';
import { leaveNetworks } from './present.ts';
import { isOwn } from './usable.ts';

/** Keys of networks that the selected services are on. */
export function usedNetworks(project: Project, services: readonly string[], all: boolean): readonly string[] {
  const used = services.flatMap((name) => Object.keys(project.services[name]?.networks ?? {}));
  return Object.keys(project.networks).filter((key) => all || used.includes(key));
}

/** Keys of networks that exist but differ from the model; refuses and warns about what can't be used as it is. */
export function changedNetworks(
  project: Project,
  observed: Observed,
  materials: Materials,
  keys: readonly string[],
  builder: PlanBuilder,
): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const key of keys) {
    const network = project.networks[key]!;
    const present = observed.networks.find((n) => n.name === network.name || n.id === network.name);
    if (network.external && isPredefined(network.name)) continue;
    const wanted = { kind: 'network', key, name: network.name, external: network.external === true } as const;
    if (!isOwn(wanted, present, project.name, builder)) continue;
    const hash = present.labels[label.configHash];
    if (hash !== undefined && hash !== '' && hash !== materials.networkHash(network)) changed.add(key);
  }
  return changed;
}

function isPredefined(name: string): boolean {
  return name === 'host' || name === 'none' || name === 'bridge';
}

/** Present containers of the project that are on the network themselves, not through another container. */
export function usersOfNetwork(
  project: Project,
  observed: Observed,
  key: string,
): readonly ObservedContainer[] {
  const network = observed.networks.find((n) => n.name === project.networks[key]!.name);
  if (network === undefined) return [];
  return observed.containers.filter((c) => isOn(c, network) && !isGuest(project, observed, c));
}

/** Podman lists a container that shares a namespace with the networks of its host, and does not say so. */
function isGuest(project: Project, observed: Observed, container: ObservedContainer): boolean {
  if (container.networkMode.startsWith('container:')) return true;
  const mode = project.services[container.service]?.network_mode ?? '';
  return observed.facts.kind === 'podman' && /^(service|container):/.test(mode);
}

/** The body that makes a network like this one. */
function asMade({ name, driver, internal, attachable, ...rest }: Observed['networks'][number]): NetworkBody {
  return {
    ...{ Name: name, Driver: driver, Internal: internal, Attachable: attachable },
    ...{ EnableIPv6: rest.enableIPv6, IPAM: rest.ipam, Options: rest.options, Labels: rest.labels },
  };
}

/** Nodes after which the network is there and as wanted. */
export function networkNodes(context: UpContext, key: string): readonly NodeId[] {
  return once(context, `network ${key}`, () => {
    const { builder, project, observed, materials } = context;
    const network = project.networks[key];
    if (network === undefined || network.external) return [];
    const present = observed.networks.find((n) => n.name === network.name);
    if (present !== undefined && !context.changedNetworks.has(key)) return [];
    const subject = { kind: 'network', name: key } as const;
    let after: readonly NodeId[] = [];
    let because = 'not found';
    const changes = [];
    if (present !== undefined) {
      because = 'configuration changed';
      changes.push({
        field: 'config-hash',
        before: present.labels[label.configHash]?.slice(0, 12),
        after: materials.networkHash(network).slice(0, 12),
      });
      const left = usersOfNetwork(project, observed, key).flatMap((c) => leaveNetworks(context, c));
      after = [
        builder.add(
          { kind: 'remove-network', id: present.id, name: network.name, body: asMade(present) },
          { after: left, subject, because, changes },
        ),
      ];
    }
    const body = materials.network(project, key);
    return [builder.add({ kind: 'create-network', body }, { after, subject, because, changes })];
  });
}
