import type { PortSummary } from '../engine/engine.ts';

/** Ports of a container for people: `0.0.0.0:8000-8001->80-81/tcp, 443/tcp`; neighbours are joined. */
export function formatPorts(ports: readonly PortSummary[]): string {
  const sorted = [...ports].sort(
    (a, b) =>
      compare(a.protocol, b.protocol) ||
      compare(a.hostIp, b.hostIp) ||
      a.port - b.port ||
      (a.hostPort ?? 0) - (b.hostPort ?? 0),
  );
  const ranges: { first: PortSummary; length: number }[] = [];
  for (const port of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && follows(last.first, last.length, port)) last.length += 1;
    else ranges.push({ first: port, length: 1 });
  }
  return ranges.map(({ first, length }) => rangeText(first, length)).join(', ');
}

function follows(first: PortSummary, length: number, next: PortSummary): boolean {
  return (
    next.protocol === first.protocol &&
    next.hostIp === first.hostIp &&
    next.port === first.port + length &&
    (first.hostPort === undefined ? next.hostPort === undefined : next.hostPort === first.hostPort + length)
  );
}

function rangeText({ hostIp, hostPort, port, protocol }: PortSummary, length: number): string {
  const span = (from: number): string => (length === 1 ? `${from}` : `${from}-${from + length - 1}`);
  const inside = `${span(port)}/${protocol}`;
  if (hostPort === undefined || hostPort === 0) return inside;
  const host = hostIp === '' ? '0.0.0.0' : hostIp.includes(':') ? `[${hostIp}]` : hostIp;
  return `${host}:${span(hostPort)}->${inside}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
