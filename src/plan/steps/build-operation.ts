import { imageName } from '../../model/names.ts';
import type { Project } from '../../model/project.ts';
import type { Build, Service } from '../../model/service.ts';
import type { BuildSecret, OperationOf } from '../operations.ts';

export interface BuildWish {
  readonly noCache?: boolean | undefined;
  readonly pull?: boolean | undefined;
  /** The image is to run here: one platform, even if the files name several. */
  readonly single?: boolean;
  readonly ifMissing?: boolean;
  readonly compatibility?: boolean | undefined;
  /** Bytes that a build step may use. */
  readonly memory?: number | undefined;
}

/** The operation that builds a service's image, with all that the build takes from elsewhere in the project. */
export function buildOperation(project: Project, name: string, wish: BuildWish): OperationOf<'build-image'> {
  const service = project.services[name]!;
  const build = service.build!;
  const platforms = platformsOf(project, service, build, wish.single === true);
  const { platforms: _, additional_contexts: named, ...rest } = build;
  return {
    kind: 'build-image',
    image: imageName(project.name, name, service, wish.compatibility),
    service: name,
    build: {
      ...rest,
      ...(platforms.length > 0 && { platforms }),
      ...(named !== undefined && { additional_contexts: contextsOf(project, named, wish.compatibility) }),
    },
    ...(wish.ifMissing && { ifMissing: true }),
    ...((wish.pull || build.pull) && { pull: true }),
    ...((wish.noCache || build.no_cache) && { noCache: true }),
    ...(build.secrets !== undefined && { secrets: secretsOf(project, build) }),
    ...(wish.memory !== undefined && { memory: wish.memory }),
    ...(project.lockedImages !== undefined && { lockedImages: project.lockedImages }),
  };
}

/** DOCKER_DEFAULT_PLATFORM counts where the service names no platform, which counts before those of the build. */
function platformsOf(project: Project, service: Service, build: Build, single: boolean): readonly string[] {
  const platform = service.platform ?? (project.environment['DOCKER_DEFAULT_PLATFORM'] || undefined);
  const several = build.platforms ?? [];
  if (platform !== undefined && (single || several.length === 0)) return [platform];
  return single && several.length > 1 ? [] : several;
}

/** What stops the build of a service before it begins: a platform that its build does not name. */
export function platformProblem(project: Project, name: string): string | undefined {
  const { platform, build } = project.services[name]!;
  const fallback = project.environment['DOCKER_DEFAULT_PLATFORM'];
  const several = build?.platforms ?? [];
  if (!fallback || platform !== undefined || several.length === 0 || several.includes(fallback)) {
    return undefined;
  }
  return `service "${name}" build.platforms does not support value set by DOCKER_DEFAULT_PLATFORM: ${fallback}`;
}

/** A context that is another service becomes the image that the service's build makes. */
function contextsOf(
  project: Project,
  named: NonNullable<Build['additional_contexts']>,
  compatibility: boolean | undefined,
): Record<string, string> {
  const entries = Object.entries(named).map(([key, source]): [string, string] => {
    const base = source.startsWith('service:') ? source.slice('service:'.length) : undefined;
    const all = { ...project.disabledServices, ...project.services };
    const service = base === undefined ? undefined : all[base];
    if (base === undefined || service === undefined) return [key, source];
    return [key, `docker-image://${imageName(project.name, base, service, compatibility)}`];
  });
  return Object.fromEntries(entries);
}

function secretsOf(project: Project, build: Build): readonly BuildSecret[] {
  return (build.secrets ?? []).map(({ source, target }) => {
    const { file, environment, content, external } = project.secrets[source] ?? {};
    const id = target ?? source;
    if (environment !== undefined) return { id, from: { environment } };
    if (file !== undefined) return { id, from: { file } };
    if (content !== undefined) return { id, from: { content } };
    return { id, from: { nothing: external === true ? 'external' : 'undefined' } };
  });
}
