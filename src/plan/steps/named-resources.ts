import type { Observed } from '../../observe/observed.ts';
import type { Group } from '../group.ts';

type Resources = Pick<Observed, 'networks' | 'volumes'>;

/**
 * The networks and volumes that go with the named services: those that the model gives them and those that their
 * containers use. With no name, all.
 */
export function resourcesOf(
  { project, services }: Group,
  observed: Observed,
  names: readonly string[],
): Resources {
  if (names.length === 0) return observed;
  const networks = new Set<string | undefined>();
  const volumes = new Set<string | undefined>();
  for (const name of names) {
    const { service, containers = [] } = services.get(name) ?? {};
    for (const key of Object.keys(service?.networks ?? {})) networks.add(project?.networks[key]?.name);
    for (const { type, source = '' } of service?.volumes ?? [])
      if (type === 'volume') volumes.add(project?.volumes[source]?.name);
    for (const container of containers) {
      for (const network of Object.keys(container.networks)) networks.add(network);
      for (const mount of container.mounts) if (mount.type === 'volume') volumes.add(mount.name);
    }
  }
  return {
    networks: observed.networks.filter((network) => networks.has(network.name)),
    volumes: observed.volumes.filter((volume) => volumes.has(volume.name)),
  };
}
