import type { PlanBuilder } from '../builder.ts';
import type { Group } from '../group.ts';
import type { NodeId } from '../plan.ts';
import { aboutContainer, refTo } from './containers.ts';

/**
 * Gives, for a service and one that it depends on, the waits until that one's condition is met. Services that wait
 * for the same share a wait. `begun` are the nodes that (re)start the dependency in this plan.
 * @param lenient go on without a condition that is not met
 */
export function groupWaits(builder: PlanBuilder, group: Group, { lenient = false } = {}) {
  const waits = new Map<string, NodeId>();
  return (name: string, dependency: string, begun: readonly NodeId[]): readonly NodeId[] => {
    const { service, dependsOn } = group.services.get(name)!;
    const condition = dependsOn.get(dependency)?.condition ?? 'service_started';
    if (condition === 'service_started') return [];
    const until = condition === 'service_healthy' ? 'healthy' : 'completed';
    const optional = lenient || service?.depends_on?.[dependency]?.required === false;
    return (group.services.get(dependency)?.containers ?? []).flatMap((container) => {
      if (begun.length === 0) {
        if (until === 'healthy' && container.health === 'healthy') return [];
        if (until === 'completed' && container.state === 'exited' && container.exitCode === 0) return [];
      }
      const key = `${container.id} ${until}`;
      const wait =
        waits.get(key) ??
        builder.add(
          { kind: 'wait-container', container: refTo(container), until },
          {
            after: begun,
            subject: aboutContainer(container),
            because: `others wait until it is ${until}`,
            optional,
          },
        );
      waits.set(key, wait);
      return [wait];
    });
  };
}
