import type { ContainerBody, EndpointBody } from '../../model/bodies.ts';
import type { EngineFeatures } from '../input.ts';
import type { Connection } from '../network/attach.ts';
import { isUserNetwork } from '../rows/network.ts';
import { isAtLeast } from '../version.ts';
import { differences, type FieldChange } from './change.ts';

/** The wanted side of a comparison. */
export interface WantedContainer {
  readonly body: ContainerBody;
  readonly connect: readonly Connection[];
}

/**
 * Compares attachments network by network. `keys` turns an engine's network name into the project's
 * key, for naming.
 */
export function compareNetworks(
  { body, connect }: WantedContainer,
  observed: ContainerBody,
  facts: EngineFeatures,
  keys: Readonly<Record<string, string>>,
): FieldChange[] {
  const wanted = new Map(Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {}));
  for (const { network, endpoint } of connect) wanted.set(network, endpoint);
  const present = observed.NetworkingConfig?.EndpointsConfig ?? {};
  const isShared = [body, observed].some(({ HostConfig }) =>
    HostConfig.NetworkMode?.startsWith('container:'),
  );
  const own = Object.keys(present).filter((name) => !isShared && (wanted.size > 0 || isUserNetwork(name)));
  return [...new Set([...wanted.keys(), ...own])].sort().flatMap((name) => {
    const field = `networks.${keys[name] ?? name}`;
    const asked = wanted.get(name);
    const there = present[name];
    if (asked === undefined) return [{ field, before: 'attached', after: undefined }];
    if (there === undefined) return [{ field, before: undefined, after: 'attached' }];
    return differences(
      field,
      fieldsOf(asked, asked),
      fieldsOf(there, asked),
      (part, value) =>
        [body, observed].some(({ Hostname }) => part === `.aliases.${Hostname}`) ||
        isByEngine(part, value, asked, there, facts),
    );
  });
}

/** MAC addresses are always shown, so they are only looked at when one is asked for. */
function fieldsOf(endpoint: EndpointBody, asked: EndpointBody): Record<string, string> {
  const { IPAMConfig, Aliases, DriverOpts, MacAddress, GwPriority } = endpoint;
  return {
    ...text('.ipv4_address', IPAMConfig?.IPv4Address),
    ...text('.ipv6_address', IPAMConfig?.IPv6Address),
    ...text('.link_local_ips', (IPAMConfig?.LinkLocalIPs ?? []).join(' ')),
    ...(asked.MacAddress !== undefined && text('.mac_address', MacAddress?.toLowerCase())),
    ...text('.gw_priority', GwPriority === undefined || GwPriority === 0 ? '' : String(GwPriority)),
    ...Object.fromEntries(
      Object.entries(DriverOpts ?? {}).map(([key, value]) => [`.driver_opts.${key}`, value]),
    ),
    ...Object.fromEntries((Aliases ?? []).map((alias) => [`.aliases.${alias}`, alias])),
    ...Object.fromEntries((endpoint.Links ?? []).map((link) => [`.links.${link}`, link])),
  };
}

function text(field: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [field]: value };
}

function isByEngine(
  part: string,
  value: string,
  asked: EndpointBody,
  there: EndpointBody,
  facts: EngineFeatures,
): boolean {
  if (part.startsWith('.aliases.')) return /^[0-9a-f]{12}$/.test(value);
  if (part.startsWith('.links.') || part === '.gw_priority')
    return facts.kind === 'podman' || old(facts, '1.48');
  if (part === '.mac_address') return old(facts, '1.44') && there.MacAddress === undefined;
  if (facts.kind === 'podman')
    return part.startsWith('.ip') || part.startsWith('.link_local') || part.startsWith('.driver');
  return asked.DriverOpts === undefined && part.startsWith('.driver_opts.com.docker.network.endpoint.');
}

function old(facts: EngineFeatures, version: string): boolean {
  return !isAtLeast(facts.apiVersion, version);
}
