import { imageName } from '../../model/names.ts';
import { pullAge } from '../../model/pull-policy.ts';
import type { Service } from '../../model/service.ts';
import { containersOf } from '../../observe/membership.ts';
import { builtEarlier, contextServices, withServices } from '../build.ts';
import { once, type UpContext } from '../context.ts';
import { pullPlatform } from '../images.ts';
import type { NodeId } from '../plan.ts';
import { buildOperation, platformProblem } from './build-operation.ts';

/** Pull what is newer, and make do with what is there if that fails. */
const preferLocal = 'prefer-local';

/** What has to be done so that a service's image is there. */
type ImageWork = { readonly pull: boolean; readonly build: boolean; readonly because: string };

export function imageOf(context: UpContext, name: string): string {
  return imageName(context.project.name, name, context.project.services[name]!, context.intent.compatibility);
}

function policyOf(context: UpContext, service: Service): string {
  const { intent } = context;
  if (service.build !== undefined && intent.build) return 'build';
  return intent.pull ?? service.pull_policy ?? 'missing';
}

/** What pull policy and the engine's images ask for. */
function imageWork(context: UpContext, name: string): ImageWork | undefined {
  const { intent, observed, project, materials } = context;
  const service = project.services[name]!;
  if (service.provider !== undefined || intent.imagesReady) return undefined;
  const policy = policyOf(context, service);
  const image = observed.images[imageOf(context, name)];
  const buildable = service.build !== undefined && !intent.noBuild;
  if (policy === 'build') {
    if (buildable) return { pull: false, build: true, because: 'build asked for' };
    return image === undefined ? { pull: true, build: false, because: 'image not found' } : undefined;
  }
  const seconds = pullAge(policy, service);
  const old =
    seconds !== undefined && image !== undefined && (materials.now ?? 0) - (image.tagged ?? 0) > seconds;
  const pullable = service.image !== undefined;
  if (pullable && (policy === 'always' || policy === preferLocal || old)) {
    return { pull: true, build: buildable, because: `pull_policy ${policy}` };
  }
  if (image !== undefined) return undefined;
  if (policy === 'never') return { pull: false, build: buildable, because: 'image not found' };
  return { pull: pullable, build: buildable, because: 'image not found' };
}

/**
 * Nodes after which the service's image is there; one for each image and platform, however many services use it.
 */
export function imageNodes(context: UpContext, name: string): readonly NodeId[] {
  const reference = imageOf(context, name);
  const { build: built, platform: pinned } = context.project.services[name]!;
  const part = built === undefined && pinned !== undefined ? ` for ${pinned}` : '';
  return once(context, `image ${reference}${part}`, () => {
    const work = imageWork(context, name);
    if (work === undefined) return [];
    const { builder, intent, project } = context;
    const service = project.services[name]!;
    if (!work.pull && !work.build) {
      const hint = service.build === undefined ? 'pull it, or change pull_policy' : 'leave out --no-build';
      builder.refuse('image-missing', `service "${name}": no image ${reference} on this engine`, 1, hint);
      return [];
    }
    const subject = { kind: 'image', name: reference } as const;
    const platform = pullPlatform(project, service);
    let last: NodeId[] = [];
    if (work.pull) {
      const ifMissing = work.because === 'image not found';
      const local = intent.pull === preferLocal ? { fallbackToLocal: true } : {};
      const fallback = { ...(work.build && { fallbackToBuild: true }), ...local };
      last = [
        builder.add(
          { kind: 'pull-image', image: reference, ifMissing, ...platform, ...fallback },
          { subject, because: work.because },
        ),
      ];
    }
    if (work.build) {
      const before = buildDependencies(context, name);
      const problem = platformProblem(project, name);
      if (problem !== undefined) builder.refuse('build-platform', problem, 1, 'name it in build.platforms');
      last = [
        builder.add(
          buildOperation(project, name, {
            ...{ single: true, ifMissing: work.pull, compatibility: intent.compatibility },
            pull: intent.pull === 'always',
          }),
          { after: [...last, ...before], subject, because: work.because },
        ),
      ];
    }
    return last;
  });
}

/** Nodes after which the images are there that the service mounts as volumes. */
export function volumeImageNodes(context: UpContext, name: string): readonly NodeId[] {
  const mounts = (context.project.services[name]!.volumes ?? []).filter((m) => m.type === 'image');
  return mounts.flatMap(({ source = '' }) => otherImageNodes(context, source));
}

/** Nodes after which an image is there that is no service's own. */
export function otherImageNodes(context: UpContext, image: string): readonly NodeId[] {
  const { builder, observed, intent } = context;
  if (image in observed.images || intent.pull === 'never') return [];
  return once(context, `image ${image}`, () => [
    builder.add(
      { kind: 'pull-image', image, ifMissing: true },
      { subject: { kind: 'image', name: image }, because: 'image not found' },
    ),
  ]);
}

/** Builds whose images this one starts from (`additional_contexts: x=service:base` whatever the profiles). */
function buildDependencies(context: UpContext, name: string): readonly NodeId[] {
  const project = withServices(context.project);
  const earlier = builtEarlier(context.project, name).filter((other) => context.selected.includes(other));
  return [...contextServices(project, name), ...earlier].flatMap((base) =>
    imageNodes({ ...context, project }, base),
  );
}

/**
 * Services whose containers may turn out to be outdated once their image has been pulled or built. As long
 * as there is one, only images are planned.
 */
export function awaitingImages(context: UpContext): readonly string[] {
  return context.selected.filter((name) => {
    const work = imageWork(context, name);
    return work !== undefined && (work.pull || work.build) && containersOf(context.observed, name).length > 0;
  });
}
