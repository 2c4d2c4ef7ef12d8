import { startOrder, withDependencies } from '../model/graph.ts';
import type { Project } from '../model/project.ts';
import type { Observed } from '../observe/observed.ts';
import { isOff } from '../util/boolean.ts';
import { PlanBuilder } from './builder.ts';
import type { Intent } from './intent.ts';
import type { NodeId, Plan } from './plan.ts';
import { buildOperation, platformProblem } from './steps/build-operation.ts';

type BuildIntent = Extract<Intent, { command: 'build' }>;

/** Plans `build`: an image that another build starts from comes first. */
export function planBuild(loaded: Project, observed: Observed, intent: BuildIntent): Plan {
  const builder = new PlanBuilder(observed.engine);
  const project = withServices(loaded);
  for (const name of intent.services) {
    if (!(name in project.services)) builder.refuse('no-such-service', `no such service: ${name}`, 1);
  }
  const wanted = servicesToBuild(loaded, intent);
  const made = new Map<string, readonly NodeId[]>();
  const pushed = new Set<string>();
  const add = (name: string): readonly NodeId[] => {
    const known = made.get(name);
    if (known !== undefined) return known;
    made.set(name, []);
    const service = project.services[name];
    if (service?.build === undefined) return [];
    const earlier = builtEarlier(project, name).filter((other) => wanted.includes(other));
    const after = [...contextServices(project, name), ...earlier].flatMap(add);
    const problem = platformProblem(project, name);
    if (problem !== undefined) builder.refuse('build-platform', problem, 1, 'name it in build.platforms');
    const operation = buildOperation(project, name, intent);
    const subject = { kind: 'image', name: operation.image } as const;
    const node = builder.add(operation, { after, subject, because: 'build' });
    made.set(name, [node]);
    for (const image of intent.push && service.image !== undefined ? imagesOf(operation) : []) {
      if (pushed.has(image)) continue;
      pushed.add(image);
      builder.add(
        { kind: 'push-image', image, service: name },
        { after: [node], subject: { kind: 'image', name: image }, because: 'push' },
      );
    }
    return [node];
  };
  for (const name of startOrder(project.services, wanted)) {
    const nodes = add(name);
    if (nodes.length === 0 && intent.services.includes(name)) {
      builder.warn('nothing-to-build', `service "${name}" has no "build"; nothing is built for it`);
    }
  }
  return builder.build('build', project.name);
}

/** The services that a build command names, or all active ones; with what they depend on if that is asked for. */
export function servicesToBuild(
  project: Project,
  { services, withDependencies: deps }: Pick<BuildIntent, 'services' | 'withDependencies'>,
): readonly string[] {
  const all = withServices(project).services;
  const named =
    services.length === 0 ? Object.keys(project.services) : services.filter((name) => name in all);
  return deps ? [...withDependencies(all, named)] : named;
}

/** A service whose profile is not active can be built, by its name or as a context of another. */
export function withServices(project: Project): Project {
  return { ...project, services: { ...project.disabledServices, ...project.services } };
}

/** Services whose images the build of a service takes as contexts. */
export function contextServices(project: Project, name: string): readonly string[] {
  const contexts = Object.values(project.services[name]?.build?.additional_contexts ?? {});
  return contexts.flatMap((source) => {
    const base = source.startsWith('service:') ? source.slice('service:'.length) : undefined;
    return base !== undefined && base in project.services ? [base] : [];
  });
}

/**
 * Services that the classic builder (DOCKER_BUILDKIT=0) builds before this one: what it depends on. Dockerfiles
 * written for that builder start from images of other services without saying so in `additional_contexts`.
 */
export function builtEarlier(project: Project, name: string): readonly string[] {
  if (!isOff(project.environment['DOCKER_BUILDKIT'])) return [];
  return [...withDependencies(project.services, [name])].filter(
    (other) => other !== name && project.services[other]?.build !== undefined,
  );
}

function imagesOf({ image, build }: ReturnType<typeof buildOperation>): readonly string[] {
  return [image, ...(build.tags ?? [])];
}
