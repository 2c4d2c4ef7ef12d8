import { forwarderLabel, forwarderSettings, isForwarded, replicaOf } from '../../model/forwarding.ts';
import type { Project } from '../../model/project.ts';
import type { Service } from '../../model/service.ts';
import { forwarderOf } from '../../observe/membership.ts';
import type { Observed, ObservedContainer } from '../../observe/observed.ts';
import { parseDuration } from '../../util/duration.ts';
import type { Materials } from '../materials.ts';
import type { ForwardPorts } from '../operations.ts';

/** The forwarder of a service: what it should be, and what there is. */
export interface Forwarding {
  /** The service as the files have it, ports included. */
  readonly service: Service;
  readonly ports: ForwardPorts;
  /** Engine's name of the network on which it reaches the containers and publishes. */
  readonly network: string;
  /** Changes with all that a forwarder can only have from its creation on. */
  readonly config: string;
  readonly present: ObservedContainer | undefined;
  /** What is there has to stop for others (its network is made anew), so it is made anew too. */
  readonly swept?: boolean;
  readonly drainMs: number;
}

const defaultHold = 10_000;
/** While clients wait for a container to stop and its successor to start. */
const longHold = 60_000;
const defaultGrace = 10_000;

/** A project as its containers get it, and the forwarders that hold the ports instead of them. */
export function splitForwarded(
  project: Project,
  observed: Observed,
  materials: Pick<Materials, 'serviceHash'>,
): { readonly project: Project; readonly forwardings: ReadonlyMap<string, Forwarding> } {
  const forwarded = Object.entries(project.services).filter(([, service]) => isForwarded(service));
  if (forwarded.length === 0) return { project, forwardings: new Map() };
  const replicas = Object.entries(project.services).map(([name, one]) => [name, replicaOf(one)] as const);
  return {
    project: { ...project, services: Object.fromEntries(replicas) },
    forwardings: new Map(
      forwarded.map(([name, service]) => [name, forwarding(project, observed, materials, name, service)]),
    ),
  };
}

function forwarding(
  project: Project,
  observed: Observed,
  materials: Pick<Materials, 'serviceHash'>,
  name: string,
  service: Service,
): Forwarding {
  const key = outsideNetwork(project, service) ?? 'default';
  const { drainMs, holdMs, proxy, plain } = forwarderSettings(service);
  const { ports = [], deploy } = service;
  const held = new Map(ports.map((port) => [`${port.target}/${port.protocol ?? 'tcp'}`, port]));
  const long = deploy?.update_config?.order !== 'start-first';
  return {
    service,
    network: project.networks[key]?.name ?? `${project.name}_${key}`,
    config: materials.serviceHash({ ports, networks: { [key]: null } }),
    present: forwarderOf(observed, name),
    drainMs: drainMs ?? graceOf(service),
    ports: {
      hold: holdMs ?? (long ? longHold : defaultHold),
      ports: [...held.values()].map(({ target, protocol }) => ({
        port: target,
        protocol: protocol === 'udp' ? 'udp' : 'tcp',
        ...(plain.includes(target) && { mode: 'tcp' as const }),
        ...(proxy !== undefined && { proxy }),
      })),
    },
  };
}

/** Key of the service's first network with a way out: only there a port can be published. */
export function outsideNetwork(project: Project, service: Service): string | undefined {
  return Object.keys(service.networks ?? {}).find((key) => project.networks[key]?.internal !== true);
}

/** Milliseconds between the stop signal and the kill. */
function graceOf({ stop_grace_period: grace }: Service): number {
  return grace === undefined ? defaultGrace : Math.round(parseDuration(grace) / 1e6);
}

/** Marks the forwarders that a plan stops for other reasons. */
export function sweptBy(
  forwardings: ReadonlyMap<string, Forwarding>,
  stopping: ReadonlySet<string>,
): ReadonlyMap<string, Forwarding> {
  const mark = (one: Forwarding) => stopping.has(one.present?.id ?? '');
  return new Map([...forwardings].map(([name, one]) => [name, mark(one) ? { ...one, swept: true } : one]));
}

/** True if the forwarder that is there can stay. */
export function isAsWanted({ present, config, swept }: Forwarding): boolean {
  return present !== undefined && !swept && present.labels[forwarderLabel.config] === config;
}
