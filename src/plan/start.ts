import type { Project } from '../model/project.ts';
import { isAlive } from '../observe/membership.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { ProjectOrName } from './down.ts';
import { groupOf, groupOrder } from './group.ts';
import type { Intent } from './intent.ts';
import { checkServices } from './named.ts';
import type { NodeId, Plan } from './plan.ts';
import { aboutContainer, refTo } from './steps/containers.ts';
import { groupWaits } from './steps/group-waits.ts';
import { addHooks } from './steps/hooks.ts';

type StartIntent = Extract<Intent, { command: 'start' }>;

/** Plans `start`: containers that do not run, dependencies first and waiting for their conditions. */
export function planStart(target: Project | ProjectOrName, observed: Observed, intent: StartIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const group = groupOf(target.name, 'services' in target ? target : target.project, observed);
  checkServices(builder, group, intent.services, true);
  if (
    [...group.services.values()].every(
      ({ containers, service }) => containers.length === 0 && service?.provider === undefined,
    )
  ) {
    builder.refuse('no-container', `no container found for project "${target.name}": not found`, 1, 'use up');
    return builder.build('start', target.name);
  }
  const wanted = withNeeded(group, intent.services);
  const started = new Map<string, readonly NodeId[]>();
  const waitsFor = groupWaits(builder, group);
  for (const name of groupOrder(group)) {
    if (!wanted.has(name)) continue;
    const { service, containers, forwarders, dependsOn } = group.services.get(name)!;
    const missing =
      containers.length === 0 && intent.services.includes(name) && service?.provider === undefined;
    if (missing) builder.refuse('no-container', `service "${name}" has no container to start`, 1, 'use up');
    const before: NodeId[] = forwarders
      .filter((forwarder) => !isAlive(forwarder))
      .map((forwarder) =>
        builder.add(
          { kind: 'start-container', container: refTo(forwarder) },
          { subject: aboutContainer(forwarder), because: 'holds the ports of the service' },
        ),
      );
    const idle = containers.filter((c) => !isAlive(c));
    for (const dependency of idle.length > 0 ? dependsOn.keys() : []) {
      const begun = started.get(dependency) ?? [];
      before.push(...begun, ...waitsFor(name, dependency, begun));
    }
    const nodes = containers.flatMap((container) => {
      const ref = refTo(container);
      const subject = aboutContainer(container);
      if (isAlive(container)) {
        builder.unchanged({ service: name, container: container.name, state: container.state });
        return [];
      }
      const because = `is ${container.state}`;
      const start = builder.add(
        { kind: 'start-container', container: ref },
        { after: before, subject, because },
      );
      return addHooks(builder, 'post_start', service, ref, subject, [start]);
    });
    started.set(name, nodes.length > 0 ? nodes : before);
    if (!intent.wait) continue;
    for (const container of containers) {
      builder.add(
        {
          kind: 'wait-container',
          container: refTo(container),
          until: 'ready',
          ...(intent.waitTimeoutMs !== undefined && { timeoutMs: intent.waitTimeoutMs }),
        },
        { after: nodes, subject: aboutContainer(container), because: '--wait' },
      );
    }
  }
  return builder.build('start', target.name);
}

/** The named services and what they need to run. */
function withNeeded(group: ReturnType<typeof groupOf>, names: readonly string[]): ReadonlySet<string> {
  if (names.length === 0) return new Set(group.services.keys());
  const found = new Set<string>();
  const visit = (name: string): void => {
    const service = group.services.get(name);
    if (service === undefined || found.has(name)) return;
    found.add(name);
    for (const dependency of service.dependsOn.keys()) visit(dependency);
  };
  names.forEach(visit);
  return found;
}
