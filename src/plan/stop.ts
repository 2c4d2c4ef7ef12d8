import type { Project } from '../model/project.ts';
import { isAlive } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { ProjectOrName } from './down.ts';
import { dependentsIn, type Group, groupOf, groupOrder } from './group.ts';
import type { Intent } from './intent.ts';
import { checkServices } from './named.ts';
import type { NodeId, Plan } from './plan.ts';
import { addStop } from './steps/stop-container.ts';

type StopIntent = Extract<Intent, { command: 'stop' }>;

/** Plans `stop`: dependents before what they depend on, containers of one service side by side. */
export function planStop(target: Project | ProjectOrName, observed: Observed, intent: StopIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const group = groupOf(target.name, 'services' in target ? target : target.project, observed);
  checkServices(builder, group, intent.services);
  const stopped = stopGroup(builder, group, intent.services, 'stop', intent.timeout, [], {
    providers: true,
  });
  for (const { containers } of group.services.values()) {
    for (const container of containers) {
      if (stopped.has(container.id) && !isAlive(container)) report(builder, container);
    }
  }
  return builder.build('stop', target.name);
}

interface StopScope {
  /** Another engine than the plan's own. */
  readonly engine?: string;
  /** What providers have brought up is stopped too. */
  readonly providers?: boolean;
}

/**
 * Stops the named services, all if none is named, in reverse order of their dependencies. Services between
 * two named ones count for the order.
 *
 * @returns the nodes by id of the containers; none for one that does not run
 */
export function stopGroup(
  builder: PlanBuilder,
  group: Group,
  names: readonly string[],
  because: string,
  timeout: number | undefined,
  after: readonly NodeId[] = [],
  { engine, providers = false }: StopScope = {},
): ReadonlyMap<string, readonly NodeId[]> {
  const stopped = new Map<string, readonly NodeId[]>();
  const done = new Map<string, readonly NodeId[]>();
  for (const name of groupOrder(group).reverse()) {
    const { service, containers, forwarders } = group.services.get(name)!;
    const before = [...after, ...dependentsIn(group, name).flatMap((d) => done.get(d) ?? [])];
    const selected = names.length === 0 || names.includes(name);
    const nodes = selected
      ? containers.flatMap((container) => {
          const made = addStop(builder, container, {
            ...{ because, after: before, service, timeout },
            ...(engine !== undefined && { engine }),
          });
          stopped.set(container.id, made);
          return made;
        })
      : [];
    if (providers && selected) nodes.push(...stopProvider(builder, group, name, because, before));
    const last = nodes.length > 0 ? nodes : before;
    for (const container of selected ? forwarders : []) {
      const options = { because, after: last, service: undefined, timeout };
      stopped.set(
        container.id,
        addStop(builder, container, { ...options, ...(engine !== undefined && { engine }) }),
      );
    }
    done.set(name, last);
  }
  return stopped;
}

function stopProvider(
  builder: PlanBuilder,
  { project }: Group,
  name: string,
  because: string,
  after: readonly NodeId[],
): readonly NodeId[] {
  const provider = project?.services[name]?.provider;
  if (provider === undefined) return [];
  const { type, options = {} } = provider;
  const subject = { kind: 'service', name } as const;
  return [
    builder.add(
      { kind: 'run-provider', service: name, action: 'stop', type, options },
      { after, subject, because },
    ),
  ];
}

function report(builder: PlanBuilder, container: ObservedContainer): void {
  builder.unchanged({ service: container.service, container: container.name, state: container.state });
}
