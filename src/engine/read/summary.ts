import { flagOf, listOf, numberOf, objectOf, type Raw, textMapOf, textOf, textsOf } from '../../util/json.ts';
import type {
  ContainerState,
  ContainerSummary,
  EndpointSummary,
  MountSummary,
  PortSummary,
} from '../engine.ts';

const states: Readonly<Record<string, ContainerState>> = {
  created: 'created',
  configured: 'created',
  initialized: 'created',
  running: 'running',
  stopping: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'removing',
  exited: 'exited',
  stopped: 'exited',
  dead: 'dead',
};

/** Podman has states that Docker does not know. */
export function stateOf(value: unknown): ContainerState {
  return states[textOf(value).toLowerCase()] ?? 'exited';
}

/** A row of `/containers/json`. */
export function containerSummary(raw: Raw): ContainerSummary {
  const names = textsOf(raw['Names']).map((name) => name.replace(/^\//, ''));
  const status = textOf(raw['Status']);
  const state = stateOf(raw['State']);
  return {
    id: textOf(raw['Id']),
    name: names.find((name) => !name.includes('/')) ?? names[0] ?? '',
    names,
    image: textOf(raw['Image']),
    imageId: imageId(raw['ImageID']),
    command: textOf(raw['Command']),
    created: numberOf(raw['Created']),
    state,
    status,
    health: healthIn(status),
    exitCode: state === 'exited' ? exitCodeIn(status) : undefined,
    labels: textMapOf(raw['Labels']),
    ports: sortPorts(listOf(raw['Ports']).map((port) => portSummary(objectOf(port)))),
    mounts: listOf(raw['Mounts']).map(mountSummary),
    networks: endpoints(objectOf(raw['NetworkSettings'])['Networks']),
    networkMode: textOf(objectOf(raw['HostConfig'])['NetworkMode']),
    ...(raw['SizeRw'] === undefined ? {} : { sizeRw: numberOf(raw['SizeRw']) }),
  };
}

/** `sha256:…`; Podman leaves the algorithm out in places. */
export function imageId(value: unknown): string {
  const text = textOf(value);
  return /^[0-9a-f]{64}$/.test(text) ? `sha256:${text}` : text;
}

function healthIn(status: string): ContainerSummary['health'] {
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return status.includes('(health: starting)') ? 'starting' : '';
}

function exitCodeIn(status: string): number | undefined {
  const match = /^Exited \((-?\d+)\)/.exec(status);
  return match === null ? undefined : Number(match[1]);
}

function portSummary(raw: Raw): PortSummary {
  return {
    hostIp: textOf(raw['IP']),
    hostPort: raw['PublicPort'] === undefined ? undefined : numberOf(raw['PublicPort']),
    port: numberOf(raw['PrivatePort']),
    protocol: textOf(raw['Type']) || 'tcp',
  };
}

/** By container port, protocol, address: engines give them in any order. */
export function sortPorts(ports: readonly PortSummary[]): PortSummary[] {
  return [...ports].sort(
    (a, b) =>
      a.port - b.port ||
      order(a.protocol, b.protocol) ||
      order(a.hostIp, b.hostIp) ||
      (a.hostPort ?? 0) - (b.hostPort ?? 0),
  );
}

/** By code: IPv4 before IPv6. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function mountSummary(value: unknown): MountSummary {
  const raw = objectOf(value);
  const type = textOf(raw['Type']);
  return {
    type,
    name: type === 'bind' ? '' : textOf(raw['Name']),
    source: textOf(raw['Source']),
    destination: textOf(raw['Destination']),
    driver: textOf(raw['Driver']),
    readWrite: flagOf(raw['RW']),
  };
}

export function endpoints(value: unknown): Record<string, EndpointSummary> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([name, endpoint]) => {
      const raw = objectOf(endpoint);
      const summary: EndpointSummary = {
        networkId: textOf(raw['NetworkID']),
        ipAddress: textOf(raw['IPAddress']),
        ipv6Address: textOf(raw['GlobalIPv6Address']),
        macAddress: textOf(raw['MacAddress']),
        aliases: textsOf(raw['Aliases']),
      };
      return [name, summary];
    }),
  );
}
