import { forwarderSettings, isForwarded } from '../../model/forwarding.ts';
import type { Project } from '../../model/project.ts';
import type { Service } from '../../model/service.ts';
import type { PlanBuilder } from '../builder.ts';
import { outsideNetwork } from './forwarding.ts';

const mostPorts = 64;

/** Refuses what can't be updated as the service asks, before anything is touched. */
export function checkUpdatable(builder: PlanBuilder, project: Project, name: string): void {
  const service = project.services[name]!;
  const startFirst = service.deploy?.update_config?.order === 'start-first';
  if (!startFirst && !isForwarded(service)) return;
  const problems = [
    ...(startFirst ? onlyOnce(service) : []),
    ...(isForwarded(service) ? notForwardable(project, service) : []),
  ];
  if (startFirst && (service.ports ?? []).length > 0 && forwarderSettings(service).wanted === false) {
    problems.push('its published ports can only be held by a forwarder, which x-tscompose rules out');
  }
  const what = startFirst ? 'can not be updated start-first' : 'can not have a forwarder';
  for (const problem of problems) {
    const hint = startFirst ? 'use "order: stop-first" in deploy.update_config' : 'leave x-tscompose out';
    builder.refuse('not-updatable', `service ${name} ${what}: ${problem}`, 3, hint);
  }
}

/** What only one of two containers can have. */
function onlyOnce(service: Service): string[] {
  const fixed = Object.entries(service.networks ?? {}).flatMap(([network, given]) =>
    (['ipv4_address', 'ipv6_address', 'mac_address'] as const)
      .filter((key) => given?.[key] !== undefined)
      .map((key) => `old and new container can't both have the ${key} of network ${network}`),
  );
  if (service.mac_address !== undefined) fixed.push("old and new container can't both have its mac_address");
  return fixed;
}

function notForwardable(project: Project, service: Service): string[] {
  const ports = service.ports ?? [];
  const problems: string[] = [];
  if (service.network_mode !== undefined) {
    problems.push(`a forwarder does not reach containers with network_mode ${service.network_mode}`);
  } else if (outsideNetwork(project, service) === undefined) {
    problems.push('all its networks are internal, where no port can be published');
  }
  const other = ports.find(({ protocol = 'tcp' }) => !['tcp', 'udp'].includes(protocol));
  if (other !== undefined) problems.push(`a forwarder does not know ${other.protocol}`);
  if (ports.length > mostPorts) problems.push(`it publishes ${ports.length} ports, more than ${mostPorts}`);
  return problems;
}

/** What an update of the service is going to mean, beyond its steps. */
export function warnOfUpdate(builder: PlanBuilder, name: string, service: Service): void {
  const volumes = (service.volumes ?? []).filter(
    ({ type, read_only }) => (type === 'volume' || type === 'bind') && read_only !== true,
  );
  const shared = volumes.map(({ source, target }) => source ?? target ?? '').join(', ');
  if (volumes.length === 0 || service.deploy?.update_config?.order !== 'start-first') return;
  const message = `service ${name}: old and new container write to ${shared} at the same time while it is updated`;
  builder.warn('shared-while-updated', message, 'with "order: stop-first" they do not');
}
