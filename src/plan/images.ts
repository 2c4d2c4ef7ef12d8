import { startOrder, withDependencies } from '../model/graph.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import type { PlanBuilder } from './builder.ts';

/** The services that `pull` and `push` are about, dependencies first. An unknown name refuses the plan. */
export function servicesFor(
  builder: PlanBuilder,
  project: Project,
  { services, includeDeps }: { readonly services: readonly string[]; readonly includeDeps?: boolean },
): readonly string[] {
  for (const name of services) {
    if (!(name in project.services)) builder.refuse('no-such-service', `no such service: ${name}`, 1);
  }
  const named = services.length === 0 ? Object.keys(project.services) : services;
  return startOrder(project.services, includeDeps ? withDependencies(project.services, named) : named);
}

/** The platform that a service's image is pulled for; none: the engine's own. */
export function pullPlatform(project: Project, { platform }: Service): { readonly platform?: string } {
  const wanted = platform ?? (project.environment['DOCKER_DEFAULT_PLATFORM'] || undefined);
  return wanted === undefined ? {} : { platform: wanted };
}
