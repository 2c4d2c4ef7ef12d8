import { startOrder, withDependencies } from '../model/graph.ts';
import type { Project } from '../model/project.ts';
import type { UpIntent } from './intent.ts';

/** The services that an `up` handles, dependencies first. */
export function selectForUp(project: Project, intent: UpIntent): readonly string[] {
  if (intent.services.length === 0) return startOrder(project.services);
  const names = intent.noDeps ? intent.services : withDependencies(project.services, intent.services);
  return startOrder(project.services, names);
}

/** How many containers a service shall have. */
export function wantedReplicas(project: Project, name: string, intent: Pick<UpIntent, 'scale'>): number {
  const service = project.services[name]!;
  return intent.scale?.[name] ?? service.scale ?? service.deploy?.replicas ?? 1;
}

/** True if the user named the service, or named none. */
export function isNamed(intent: UpIntent, name: string): boolean {
  return intent.services.length === 0 || intent.services.includes(name);
}
