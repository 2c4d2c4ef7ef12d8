import type { Project } from '../model/project.ts';
import { isAlive, isHook } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { ProjectOrName } from './down.ts';
import { groupOf, groupOrder } from './group.ts';
import type { Intent } from './intent.ts';
import { checkServices } from './named.ts';
import type { NodeId, Plan } from './plan.ts';
import { anonymousLosses } from './steps/data-loss.ts';
import { addRemove } from './steps/stop-container.ts';
import { stopGroup } from './stop.ts';

type RmIntent = Extract<Intent, { command: 'rm' }>;

/** Plans `rm`: containers that do not run, one-offs too; with `stop` the running ones as well. */
export function planRm(target: Project | ProjectOrName, observed: Observed, intent: RmIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const group = groupOf(target.name, 'services' in target ? target : target.project, observed);
  checkServices(builder, group, intent.services);
  const stopped = intent.stop
    ? stopGroup(builder, group, intent.services, 'rm --stop', undefined, [], { providers: true })
    : new Map<string, readonly NodeId[]>();
  const volumes = intent.volumes ?? false;
  for (const name of groupOrder(group).reverse()) {
    if (intent.services.length > 0 && !intent.services.includes(name)) continue;
    const oneOffs = observed.containers.filter((c) => c.service === name && c.oneOff && !isHook(c));
    const { containers, forwarders } = group.services.get(name)!;
    for (const container of [...containers, ...forwarders, ...oneOffs]) {
      const after = stopped.get(container.id) ?? [];
      if (isAlive(container) && after.length === 0) {
        reportRunning(builder, container);
        continue;
      }
      const dataLoss = volumes ? anonymousLosses(observed, container) : [];
      addRemove(builder, container, { because: 'rm', after, volumes, dataLoss });
    }
  }
  return builder.build('rm', target.name);
}

function reportRunning(builder: PlanBuilder, container: ObservedContainer): void {
  builder.unchanged({ service: container.service, container: container.name, state: container.state });
}
