import { UserError } from '../diagnostic/errors.ts';
import type { NetworkBody } from '../model/bodies.ts';
import { label } from '../model/labels.ts';
import type { Ipam, Project } from '../model/project.ts';
import type { EngineFeatures } from './input.ts';
import { isAtLeast } from './version.ts';

/** Labels that are not the model's to know: hash and version. */
export interface ResourceInput {
  readonly project: Project;
  /** Key of the network or volume in the project. */
  readonly key: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly facts?: EngineFeatures;
}

/**
 * The create body of a network of the project.
 * @throws UserError if the engine can't switch IPv4 off, and that is asked for
 */
export function networkBody({ project, key, labels, facts }: ResourceInput): NetworkBody {
  const network = project.networks[key]!;
  if (network.enable_ipv4 === false && facts !== undefined && !isAtLeast(facts.apiVersion, '1.47')) {
    throw new UserError('TSC310', `network ${key}: enable_ipv4: false needs API 1.47 (Docker Engine 28.0)`, {
      hint: 'use a newer engine, or leave enable_ipv4 out',
      exit: 3,
    });
  }
  const ipam = ipamBody(network.ipam);
  return {
    Name: network.name,
    ...(network.driver !== undefined && { Driver: network.driver }),
    ...(network.driver_opts !== undefined && { Options: { ...network.driver_opts } }),
    ...(network.internal === true && { Internal: true }),
    ...(network.attachable === true && { Attachable: true }),
    ...(network.enable_ipv4 !== undefined && { EnableIPv4: network.enable_ipv4 }),
    ...(network.enable_ipv6 !== undefined && { EnableIPv6: network.enable_ipv6 }),
    ...(ipam !== undefined && { IPAM: ipam }),
    Labels: {
      ...network.labels,
      [label.network]: key,
      [label.project]: project.name,
      ...labels,
    },
  };
}

function ipamBody({ driver, config = [], options }: Ipam): NetworkBody['IPAM'] | undefined {
  if (driver === undefined && config.length === 0 && options === undefined) return undefined;
  return {
    ...(driver !== undefined && { Driver: driver }),
    ...(config.length > 0 && {
      Config: config.map(({ subnet, ip_range, gateway, aux_addresses }) => ({
        ...(subnet !== undefined && { Subnet: subnet }),
        ...(ip_range !== undefined && { IPRange: ip_range }),
        ...(gateway !== undefined && { Gateway: gateway }),
        ...(aux_addresses !== undefined && { AuxiliaryAddresses: { ...aux_addresses } }),
      })),
    }),
    ...(options !== undefined && { Options: { ...options } }),
  };
}
