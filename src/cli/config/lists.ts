import { imageName } from '../../model/names.ts';
import type { Project } from '../../model/project.ts';

/** Names of one kind in a project, sorted. */
export const lists = {
  services: (project: Project) => sorted(Object.keys(project.services)),
  volumes: (project: Project) => sorted(Object.keys(project.volumes)),
  networks: (project: Project) => sorted(Object.keys(project.networks)),
  models: (project: Project) => sorted(Object.keys(project.models)),
  images: (project: Project) =>
    sorted(Object.entries(project.services).map(([name, s]) => imageName(project.name, name, s))),
  profiles: (project: Project) => {
    const all = [...Object.values(project.services), ...Object.values(project.disabledServices)];
    return sorted(all.flatMap((service) => service.profiles ?? []));
  },
  environment: (project: Project) =>
    sorted(Object.entries(project.environment).map(([key, value]) => `${key}=${value}`)),
} as const;

export type ListName = keyof typeof lists;

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
