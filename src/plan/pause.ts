import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { ProjectOrName } from './down.ts';
import { groupOf } from './group.ts';
import type { Intent } from './intent.ts';
import type { Plan } from './plan.ts';
import { aboutContainer, refTo } from './steps/containers.ts';

type PauseIntent = Extract<Intent, { command: 'pause' | 'unpause' }>;

/** Plans `pause` and `unpause`: containers that are in the other state, all at once. */
export function planPause(target: Project | ProjectOrName, observed: Observed, intent: PauseIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const group = groupOf(target.name, 'services' in target ? target : target.project, observed);
  for (const name of intent.services) {
    // Docker compose goes on without them.
    if (!group.services.has(name)) builder.warn('no-such-service', `no such service: ${name}`);
  }
  const { command } = intent;
  const [from, already] = command === 'pause' ? ['running', 'paused'] : ['paused', 'running'];
  const done: string[] = [];
  for (const [name, { containers }] of group.services) {
    if (intent.services.length > 0 && !intent.services.includes(name)) continue;
    for (const container of containers) {
      if (container.state === already) done.push(container.name);
      if (container.state !== from) continue;
      builder.add(
        { kind: `${command}-container`, container: refTo(container) },
        { subject: aboutContainer(container), because: command },
      );
    }
  }
  const plan = builder.build(command, target.name);
  if (plan.nodes.length > 0 || done.length === 0) return plan;
  const what = command === 'pause' ? 'already paused' : 'not paused';
  builder.refuse('not-possible', done.map((name) => `Container ${name} is ${what}`).join('\n'), 1);
  return builder.build(command, target.name);
}
