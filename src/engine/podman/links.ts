import type { ContainerBody } from '../../model/bodies.ts';
import { objectOf, textOf, textsOf } from '../../util/json.ts';
import { type Api, segment } from '../client/api.ts';

/** A link to a container under another name, in one network. */
export interface Link {
  readonly network: string;
  readonly container: string;
  readonly alias: string;
}

/** Takes the links out of a body: Podman refuses them. */
export function takeLinks(body: ContainerBody): { body: ContainerBody; links: Link[] } {
  const { Links = [], ...host } = body.HostConfig;
  const configs = Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {});
  const mode = host.NetworkMode ?? '';
  const ofHost = Links.map((text) => linkOf(mode, text));
  const ofEndpoints = configs.flatMap(([network, one]) =>
    (one.Links ?? []).map((text) => linkOf(network, text)),
  );
  if (ofHost.length + ofEndpoints.length === 0) return { body, links: [] };
  const EndpointsConfig = Object.fromEntries(
    configs.map(([network, { Links: _, ...endpoint }]) => [network, endpoint]),
  );
  const stripped = { ...body, HostConfig: host, NetworkingConfig: { EndpointsConfig } };
  return { body: stripped, links: [...ofHost, ...ofEndpoints] };
}

function linkOf(network: string, text: string): Link {
  const [container = '', alias = container] = text.split(':');
  return { network, container, alias };
}

/**
 * Gives the linked containers the names as aliases in the network. One that is there already is left
 * alone; otherwise the container is taken out of the network for a moment and put back at its address.
 * @returns warnings: unlike a link, an alias is seen by every container of the network
 */
export async function addLinks(api: Api, body: ContainerBody, links: readonly Link[]): Promise<string[]> {
  const warnings: string[] = [];
  const networks = Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {});
  for (const link of links) {
    const network = networks.includes(link.network) ? link.network : (networks[0] ?? link.network);
    const details = objectOf(await api.json('GET', `/containers/${segment(link.container)}/json`));
    const endpoint = objectOf(objectOf(objectOf(details['NetworkSettings'])['Networks'])[network]);
    const aliases = textsOf(endpoint['Aliases']);
    const own = textOf(details['Name']).replace(/^\//, '');
    if (link.alias === own || aliases.includes(link.alias)) continue;
    const address = textOf(endpoint['IPAddress']);
    const path = `/networks/${segment(network)}`;
    await api.run('POST', `${path}/disconnect`, { body: { Container: link.container } });
    const EndpointConfig = {
      Aliases: [...aliases, link.alias],
      ...(address === '' ? {} : { IPAMConfig: { IPv4Address: address } }),
    };
    await api.run('POST', `${path}/connect`, { body: { Container: link.container, EndpointConfig } });
    warnings.push(`Podman has no links: all containers of network ${network} see ${own} as ${link.alias}`);
  }
  return warnings;
}
