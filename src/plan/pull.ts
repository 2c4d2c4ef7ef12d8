import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import type { Observed } from '../observe/observed.ts';
import { PlanBuilder } from './builder.ts';
import { pullPlatform, servicesFor } from './images.ts';
import type { Intent } from './intent.ts';
import type { Plan } from './plan.ts';

type PullIntent = Extract<Intent, { command: 'pull' }>;

/**
 * Plans `pull`: each image once, all side by side; what a pull policy or a missing image name rules out is
 * told. Policies that name a span (`daily`) say when `up` pulls: this command is asked to pull now. The
 * image of a service that can be built may fail to come.
 */
export function planPull(project: Project, observed: Observed, intent: PullIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const seen = new Set<string>();
  for (const name of servicesFor(builder, project, intent)) {
    const service = project.services[name]!;
    const { image, build, provider } = service;
    const platform = pullPlatform(project, service);
    if (provider !== undefined) continue;
    if (image === undefined) {
      builder.skip(name, 'No image to be pulled');
      continue;
    }
    const reason = reasonToSkip(service, image, observed, intent);
    if (reason !== undefined) {
      builder.skip(`Image ${image}`, reason === '' ? undefined : reason);
      continue;
    }
    const key = `${image} ${platform.platform ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    builder.add(
      { kind: 'pull-image', image, ifMissing: false, ...platform },
      {
        subject: { kind: 'image', name: image },
        because: image in observed.images ? 'pull' : 'image not found',
        ...((intent.ignoreFailures || build !== undefined) && { optional: true }),
      },
    );
  }
  return builder.build('pull', project.name);
}

/** Why an image is not pulled, '' if there is nothing to say about it; undefined if it is. */
function reasonToSkip(
  service: Service,
  image: string,
  observed: Observed,
  { policy = service.pull_policy, ignoreBuildable }: PullIntent,
): string | undefined {
  if (service.pull_policy === 'never' || service.pull_policy === 'build') return '';
  if (service.build !== undefined && ignoreBuildable) return 'Image can be built';
  const onlyMissing = policy === 'missing' || policy === 'if_not_present';
  return onlyMissing && image in observed.images && !isLatest(image)
    ? 'Image is already present locally'
    : undefined;
}

/** `latest` moves: to have some is not to have the last. */
function isLatest(image: string): boolean {
  if (image.includes('@')) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}
