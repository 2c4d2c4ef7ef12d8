import type { PortSummary } from '../engine/engine.ts';

interface Group {
  readonly of: PortSummary;
  readonly first: number;
  last: number;
}

/**
 * Ports of a container for people, as docker shows them: `80-81/tcp, 0.0.0.0:443->443/tcp, 0.0.0.0:8000->80/tcp`.
 * Neighbours are joined if they have the same number outside, or none; the others come last.
 */
export function formatPorts(ports: readonly PortSummary[]): string {
  const closed: Group[] = [];
  const open = new Map<string, Group>();
  const moved: PortSummary[] = [];
  for (const one of sortedPorts(ports)) {
    const { port, hostPort, hostIp, protocol } = one;
    const isOut = hostPort !== undefined && hostPort !== 0;
    if (isOut && hostPort !== port) {
      moved.push(one);
      continue;
    }
    const key = isOut ? `${hostIp}/${protocol}` : protocol;
    const group = open.get(key);
    if (group?.last === port - 1) group.last = port;
    else {
      if (group !== undefined) closed.push(group);
      // A key keeps its place.
      open.set(key, { of: one, first: port, last: port });
    }
  }
  return [
    ...[...closed, ...open.values()].map(groupText),
    ...moved.map(
      ({ port, protocol, hostPort, hostIp }) => `${address(hostIp)}:${hostPort}->${port}/${protocol}`,
    ),
  ].join(', ');
}

/** By the port inside, then the address outside. */
export function sortedPorts(ports: readonly PortSummary[]): PortSummary[] {
  return [...ports].sort(
    (a, b) =>
      a.port - b.port ||
      compare(a.hostIp, b.hostIp) ||
      (a.hostPort ?? 0) - (b.hostPort ?? 0) ||
      compare(a.protocol, b.protocol),
  );
}

function groupText({ of: { hostIp, hostPort, protocol }, first, last }: Group): string {
  const span = first === last ? `${first}` : `${first}-${last}`;
  const outside = hostPort === undefined || hostPort === 0 ? '' : `${address(hostIp)}:${span}->`;
  return `${outside}${span}/${protocol}`;
}

function address(hostIp: string): string {
  if (hostIp === '') return '0.0.0.0';
  return hostIp.includes(':') ? `[${hostIp}]` : hostIp;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
