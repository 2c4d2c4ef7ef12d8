import type { Project } from '../model/project.ts';
import { isAlive } from '../observe/membership.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { ProjectOrName } from './down.ts';
import { groupOf } from './group.ts';
import type { Intent } from './intent.ts';
import { checkServices } from './named.ts';
import type { Plan } from './plan.ts';
import { aboutContainer, refTo } from './steps/containers.ts';
import { orphansToRemove, removeOrphans } from './steps/orphans.ts';

type KillIntent = Extract<Intent, { command: 'kill' }>;

/** Plans `kill`: a signal to every running container, all at once. */
export function planKill(target: Project | ProjectOrName, observed: Observed, intent: KillIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const project = 'services' in target ? target : target.project;
  const group = groupOf(target.name, project, observed);
  checkServices(builder, group, intent.services);
  for (const [name, { containers }] of group.services) {
    if (intent.services.length > 0 && !intent.services.includes(name)) continue;
    for (const container of containers) {
      if (!isAlive(container)) continue;
      builder.add(
        { kind: 'kill-container', container: refTo(container), signal: intent.signal },
        { subject: aboutContainer(container), because: `signal ${intent.signal}` },
      );
    }
  }
  if (intent.removeOrphans && project !== undefined) {
    removeOrphans(builder, orphansToRemove(builder, project, observed, { removeOrphans: true }), undefined);
  }
  return builder.build('kill', target.name);
}
