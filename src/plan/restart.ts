import type { Project } from '../model/project.ts';
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

type RestartIntent = Extract<Intent, { command: 'restart' }>;

/**
 * Plans `restart`: the engine's own restart, dependencies first; then the services that want to be restarted with
 * a named one (`restart: true`), unless `noDeps`.
 */
export function planRestart(
  target: Project | ProjectOrName,
  observed: Observed,
  intent: RestartIntent,
): Plan {
  const builder = new PlanBuilder(observed.engine);
  const group = groupOf(target.name, 'services' in target ? target : target.project, observed);
  checkServices(builder, group, intent.services, true);
  const named = intent.services.length === 0 ? [...group.services.keys()] : intent.services;
  const done = new Map<string, readonly NodeId[]>();
  const waitsFor = groupWaits(builder, group);
  const timeout = intent.timeout === undefined ? {} : { timeout: intent.timeout };
  for (const name of groupOrder(group)) {
    const { service, containers, dependsOn } = group.services.get(name)!;
    const follows = [...dependsOn].find(([d, { restart }]) => restart && named.includes(d))?.[0];
    const selected = named.includes(name) || (follows !== undefined && !intent.noDeps);
    const because = named.includes(name) ? 'restart' : `${follows} is restarted`;
    const before = [...dependsOn.keys()].flatMap((dependency) => {
      const begun = done.get(dependency) ?? [];
      const waits = selected && containers.length > 0 ? waitsFor(name, dependency, begun) : [];
      return [...begun, ...waits];
    });
    const nodes = containers.flatMap((container) => {
      if (!selected) return [];
      const ref = refTo(container);
      const subject = aboutContainer(container);
      const paused = container.state === 'paused';
      let after: readonly NodeId[] = before;
      if (paused) {
        after = [builder.add({ kind: 'unpause-container', container: ref }, { after, subject, because })];
      }
      if (container.state === 'running' || paused) {
        after = addHooks(builder, 'pre_stop', service, ref, subject, after);
      }
      const restart = builder.add(
        { kind: 'restart-container', container: ref, ...timeout },
        { after, subject, because },
      );
      return addHooks(builder, 'post_start', service, ref, subject, [restart]);
    });
    done.set(name, nodes.length > 0 ? nodes : before);
  }
  return builder.build('restart', target.name);
}
