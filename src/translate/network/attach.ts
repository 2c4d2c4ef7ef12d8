import type { EndpointBody } from '../../model/bodies.ts';
import type { Project } from '../../model/project.ts';
import type { Service } from '../../model/service.ts';
import type { ContainerInput } from '../input.ts';
import { isAtLeast } from '../version.ts';
import { endpointBody } from './endpoint.ts';
import { linksOf } from './links.ts';
import { sharedMode } from './shared.ts';

/** An attachment that has to be made after the container is. */
export interface Connection {
  /** The engine's name of the network. */
  readonly network: string;
  readonly endpoint: EndpointBody;
}

export interface Attachments {
  readonly mode: string;
  /** By the engine's name of the network, part of the create body. */
  readonly endpoints: Readonly<Record<string, EndpointBody>>;
  readonly connect: readonly Connection[];
}

/** Networks that one create call may name: all from this API version on, one before. */
const manyNetworks = '1.44';

/** The container's networks. Older engines take one at creation; it is connected to the others before it starts. */
export function attachments(input: ContainerInput): Attachments {
  const { service, project, facts } = input;
  if ((service.network_mode ?? '') !== '') {
    return {
      mode: sharedMode(input, service.network_mode!, 'network namespace') ?? '',
      endpoints: {},
      connect: [],
    };
  }
  const keys = networksByPriority(service).filter((key) => project.networks[key] !== undefined);
  if (keys.length === 0) return { mode: 'none', endpoints: {}, connect: [] };
  const links = linksOf(input);
  const all = keys.map(
    (network, index): Connection => ({
      network: networkName(project, network),
      endpoint: endpointBody({
        service,
        serviceName: input.serviceName,
        network,
        containerName: input.name,
        links,
        serviceAliases: input.number > 0 || input.serviceAliases === true,
        primary: index === 0,
      }),
    }),
  );
  const atOnce = isAtLeast(facts.apiVersion, manyNetworks) ? all : all.slice(0, 1);
  return {
    mode: all[0]!.network,
    endpoints: Object.fromEntries(atOnce.map(({ network, endpoint }) => [network, endpoint])),
    connect: all.slice(atOnce.length),
  };
}

/** Keys of a service's networks, highest `priority` first, equals by name. */
function networksByPriority(service: Service): string[] {
  const networks = service.networks ?? { default: null };
  return Object.keys(networks).sort(
    (a, b) => (networks[b]?.priority ?? 0) - (networks[a]?.priority ?? 0) || (a < b ? -1 : 1),
  );
}

function networkName(project: Project, key: string): string {
  return project.networks[key]!.name;
}
