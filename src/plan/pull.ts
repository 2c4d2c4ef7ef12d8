import { startOrder, withDependencies } from '../model/graph.ts';
import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import type { Intent } from './intent.ts';
import type { Plan } from './plan.ts';

type PullIntent = Extract<Intent, { command: 'pull' }>;

/** Plans `pull`: each image once, all side by side; what a pull policy or a missing image name rules out is told. */
export function planPull(project: Project, observed: Observed, intent: PullIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  for (const name of intent.services) {
    if (!(name in project.services)) builder.refuse('no-such-service', `no such service: ${name}`, 1);
  }
  const named = intent.services.length === 0 ? Object.keys(project.services) : intent.services;
  const names = intent.includeDeps ? withDependencies(project.services, named) : named;
  const seen = new Set<string>();
  for (const name of startOrder(project.services, names)) {
    const service = project.services[name]!;
    const { image } = service;
    if (service.provider !== undefined) continue;
    if (image === undefined) {
      builder.warn('no-image', `${name} is built; there is no image to pull`);
      continue;
    }
    const policy = intent.policy ?? service.pull_policy ?? 'always';
    const key = `${image} ${service.platform ?? ''}`;
    if (seen.has(key)) continue;
    if (service.build !== undefined && (intent.ignoreBuildable || policy === 'build')) continue;
    if (policy === 'never') continue;
    if ((policy === 'missing' || policy === 'if_not_present') && image in observed.images) {
      builder.unchanged({ service: name, container: image, state: 'present' });
      continue;
    }
    seen.add(key);
    builder.add(
      {
        kind: 'pull-image',
        image,
        ifMissing: policy === 'missing' || policy === 'if_not_present',
        ...(service.platform !== undefined && { platform: service.platform }),
        ...(service.build !== undefined && { fallbackToBuild: true }),
      },
      {
        subject: { kind: 'image', name: image },
        because: image in observed.images ? 'pull' : 'image not found',
      },
    );
  }
  return builder.build('pull', project.name);
}
