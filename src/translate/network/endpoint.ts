import type { EndpointBody } from '../../model/bodies.ts';
import type { Service } from '../../model/service.ts';

/** The endpoint option that names the interface in the container. */
export const interfaceOption = 'com.docker.network.endpoint.ifname';

/** How a container is attached to one of its networks. */
export interface EndpointRequest {
  readonly service: Service;
  readonly serviceName: string;
  /** Key of the network in the project. */
  readonly network: string;
  readonly containerName: string;
  readonly links: readonly string[];
  /** False for one-offs without `--use-aliases`: then only the container's name is known. */
  readonly serviceAliases: boolean;
  /** True for the network that a MAC address of the container as a whole belongs to. */
  readonly primary: boolean;
}

/** Aliases, addresses and options of an endpoint. */
export function endpointBody(request: EndpointRequest): EndpointBody {
  const { service, links, primary } = request;
  const config = service.networks?.[request.network] ?? {};
  const mac = config.mac_address ?? (primary ? service.mac_address : undefined);
  const ipam = {
    ...(config.ipv4_address !== undefined && { IPv4Address: config.ipv4_address }),
    ...(config.ipv6_address !== undefined && { IPv6Address: config.ipv6_address }),
    ...(config.link_local_ips !== undefined && { LinkLocalIPs: [...config.link_local_ips] }),
  };
  const options = {
    ...config.driver_opts,
    ...(config.interface_name !== undefined && { [interfaceOption]: config.interface_name }),
  };
  return {
    Aliases: aliasesOf(request),
    ...(links.length > 0 && { Links: [...links] }),
    ...(Object.keys(ipam).length > 0 && { IPAMConfig: ipam }),
    ...(config.ipv4_address !== undefined && { IPAddress: config.ipv4_address }),
    ...(config.ipv6_address !== undefined && { IPv6Gateway: config.ipv6_address }),
    ...(mac !== undefined && mac !== '' && { MacAddress: mac }),
    ...(Object.keys(options).length > 0 && { DriverOpts: options }),
    ...(config.gw_priority !== undefined && config.gw_priority !== 0 && { GwPriority: config.gw_priority }),
  };
}

function aliasesOf({
  containerName,
  service,
  serviceName,
  network,
  serviceAliases,
}: EndpointRequest): string[] {
  if (!serviceAliases) return [containerName];
  const own = service.networks?.[network]?.aliases ?? [];
  return [containerName, serviceName, ...own];
}
