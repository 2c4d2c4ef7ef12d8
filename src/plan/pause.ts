import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { ProjectOrName } from './down.ts';
import { groupOf } from './group.ts';
import type { Intent } from './intent.ts';
import { checkServices } from './named.ts';
import type { Plan } from './plan.ts';
import { aboutContainer, refTo } from './steps/containers.ts';

type PauseIntent = Extract<Intent, { command: 'pause' | 'unpause' }>;

/** Plans `pause` and `unpause`: containers that are in the other state, all at once. */
export function planPause(target: Project | ProjectOrName, observed: Observed, intent: PauseIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const group = groupOf(target.name, 'services' in target ? target : target.project, observed);
  checkServices(builder, group, intent.services);
  const { command } = intent;
  const from = command === 'pause' ? 'running' : 'paused';
  for (const [name, { containers }] of group.services) {
    if (intent.services.length > 0 && !intent.services.includes(name)) continue;
    for (const container of containers) {
      if (container.state !== from) continue;
      builder.add(
        { kind: `${command}-container`, container: refTo(container) },
        { subject: aboutContainer(container), because: command },
      );
    }
  }
  return builder.build(command, target.name);
}
