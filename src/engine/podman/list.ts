import { flagOf, listOf, numberOf, objectOf, type Raw, textOf } from '../../util/json.ts';
import type { Api } from '../client/api.ts';
import type { ContainerSummary, PortSummary } from '../engine.ts';
import { containerSummary, sortPorts } from '../read/summary.ts';

/**
 * Podman's Docker-compatible list collapses consecutive ports to the first, and tells neither health
 * nor exit code; its own list has them, so both are asked at once and joined.
 */
export async function listWithPodman(
  api: Api,
  rows: Promise<unknown>,
  filters: object | undefined,
): Promise<ContainerSummary[]> {
  const own = api.libpod('GET', '/containers/json', { query: { all: true, filters } }).catch(() => undefined);
  const [list, details] = await Promise.all([rows, own]);
  const byId = new Map(listOf(details).map((row) => [textOf(objectOf(row)['Id']), objectOf(row)]));
  return listOf(list).map((row) => {
    const summary = containerSummary(objectOf(row));
    const detail = byId.get(summary.id);
    return detail === undefined ? summary : joined(summary, detail);
  });
}

const healthTexts = {
  starting: '(health: starting)',
  healthy: '(healthy)',
  unhealthy: '(unhealthy)',
} as const;

/** The Docker-compatible row, completed by Podman's own. */
export function joined(summary: ContainerSummary, detail: Raw): ContainerSummary {
  const health = summary.health === '' ? healthOf(detail) : summary.health;
  const up = summary.state === 'running' || summary.state === 'paused';
  const shown = health === '' || !up || summary.health !== '' ? '' : ` ${healthTexts[health]}`;
  const exited = summary.state === 'exited' && flagOf(detail['Exited']);
  return {
    ...summary,
    health: up ? health : '',
    status: summary.status + shown,
    exitCode: exited ? numberOf(detail['ExitCode']) : summary.exitCode,
    ports:
      detail['Ports'] === undefined ? summary.ports : sortPorts(listOf(detail['Ports']).flatMap(portsOf)),
  };
}

function healthOf(detail: Raw): ContainerSummary['health'] {
  const text = textOf(detail['Status']);
  return text === 'starting' || text === 'healthy' || text === 'unhealthy' ? text : '';
}

/** `{container_port: 80, host_port: 8080, range: 3, protocol: "tcp"}` is three ports. */
function portsOf(value: unknown): PortSummary[] {
  const raw = objectOf(value);
  const first = numberOf(raw['container_port']);
  const host = numberOf(raw['host_port']);
  const length = Math.max(1, numberOf(raw['range']));
  const protocols = (textOf(raw['protocol']) || 'tcp').split(',');
  return protocols.flatMap((protocol) =>
    Array.from({ length }, (_, index) => ({
      hostIp: textOf(raw['host_ip']),
      hostPort: host + index,
      port: first + index,
      protocol,
    })),
  );
}
