import { startOrder, withDependencies } from '../model/graph.ts';
import type { Project } from '../model/project.ts';
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
