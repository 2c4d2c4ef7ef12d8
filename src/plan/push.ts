import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import { servicesFor } from './images.ts';
import type { Intent } from './intent.ts';
import type { Plan } from './plan.ts';

type PushIntent = Extract<Intent, { command: 'push' }>;

/** Plans `push`: the image and the further tags of every service that is built, each once, all side by side. */
export function planPush(project: Project, observed: Observed, intent: PushIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const seen = new Set<string>();
  for (const name of servicesFor(builder, project, intent)) {
    const { image, build, provider } = project.services[name]!;
    if (provider !== undefined) continue;
    if (image === undefined || build === undefined) {
      builder.skip(name);
      continue;
    }
    for (const tag of [image, ...(build.tags ?? [])]) {
      if (seen.has(tag)) continue;
      seen.add(tag);
      builder.add(
        { kind: 'push-image', image: tag, service: name },
        {
          subject: { kind: 'image', name: tag },
          because: 'push',
          ...(intent.ignoreFailures && { optional: true }),
        },
      );
    }
  }
  return builder.build('push', project.name);
}
