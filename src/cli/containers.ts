import { UserError } from '../diagnostic/errors.ts';
import type { ContainerSummary, Engine } from '../engine/engine.ts';

import type { LogSource } from '../logs/line.ts';
import { shortened } from '../logs/started.ts';
import { forwarderLabel } from '../model/forwarding.ts';

import { label } from '../model/labels.ts';
import type { Target } from '../pipeline.ts';

/**
 * The containers of a project as the engine lists them, without those of hooks, by name. Forwarders are left out
 * unless asked for; their published ports are shown as those of the containers behind them.
 */
export async function projectContainers(
  engine: Engine,
  project: string,
  options: { readonly all: boolean; readonly oneOff: boolean; readonly forwarders?: boolean },
): Promise<ContainerSummary[]> {
  const found = await engine.listContainers({ all: options.all, labels: [`${label.project}=${project}`] });
  const mine = found.filter((c) => c.labels[label.project] === project && !(label.hook in c.labels));
  return mine
    .filter((c) => options.oneOff || !isOneOff(c))
    .filter((c) => options.forwarders || !(forwarderLabel.service in c.labels))
    .map((c) => withForwardedPorts(c, mine))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function withForwardedPorts(container: ContainerSummary, all: readonly ContainerSummary[]): ContainerSummary {
  const serves = container.state === 'running' && !isOneOff(container);
  const forwarder = all.find(
    (c) => c.labels[forwarderLabel.service] === serviceOf(container) && c.state === 'running',
  );
  if (!serves || forwarder === undefined || forwarder === container) return container;
  const held = (port: ContainerSummary['ports'][number]) =>
    forwarder.ports.some((p) => p.port === port.port && p.protocol === port.protocol);
  return { ...container, ports: [...forwarder.ports, ...container.ports.filter((p) => !held(p))] };
}

export function isOneOff(container: ContainerSummary): boolean {
  return container.labels[label.oneOff]?.toLowerCase() === 'true';
}

export function serviceOf(container: ContainerSummary): string {
  return container.labels[label.service] ?? '';
}

export function numberOf(container: ContainerSummary): number {
  return Number(container.labels[label.number] ?? 0);
}

/** Those of `run` last. */
export function byNumber(a: ContainerSummary, b: ContainerSummary): number {
  return Number(isOneOff(a)) - Number(isOneOff(b)) || numberOf(a) - numberOf(b);
}

/** A container as logs name it. */
export function logSource(container: ContainerSummary, project: string): LogSource {
  const name = shortened(container.name, project);
  return { id: container.id, name, service: serviceOf(container), replica: numberOf(container) };
}

/**
 * Those of the named services; all if none is named.
 * @throws UserError for a name that neither the files nor a container knows
 */
export function ofServices(
  { project }: Target,
  containers: readonly ContainerSummary[],
  services: readonly string[],
): readonly ContainerSummary[] {
  if (services.length === 0) return containers;
  const known = new Set([
    ...containers.map(serviceOf),
    ...Object.keys(project?.services ?? {}),
    ...Object.keys(project?.disabledServices ?? {}),
  ]);
  const unknown = services.find((name) => !known.has(name));
  // Without files nobody knows what the project could have.
  if (unknown !== undefined && project !== undefined) {
    throw new UserError('no-such-service', `no such service: ${unknown}`, {
      hint: `the project has: ${[...known].sort().join(', ')}`,
    });
  }
  return containers.filter((c) => services.includes(serviceOf(c)));
}

/**
 * One running container of a service.
 * @param index the container's number; 0 or undefined: the first, or one of `run` if there is no other
 * @throws UserError if there is none
 */
export async function runningContainer(
  engine: Engine,
  project: string,
  service: string,
  index: number | undefined,
): Promise<ContainerSummary> {
  const all = await projectContainers(engine, project, { all: false, oneOff: !index });
  const running = all.filter((c) => serviceOf(c) === service).sort(byNumber);
  const one = index ? running.find((c) => numberOf(c) === index) : running[0];
  if (one !== undefined) return one;
  const which = index ? ` container #${index}` : '';
  throw new UserError('not-running', `service ${JSON.stringify(service)} is not running${which}`, {
    hint: `tscompose start ${service}`,
  });
}
