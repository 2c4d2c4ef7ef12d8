import { imageName } from '../../model/names.ts';
import type { Project } from '../../model/project.ts';

/** Names of one kind in a project, sorted. Of several that are asked for, the first here is printed. */
export const lists = {
  services: (project: Project) => sorted(Object.keys(project.services)),
  volumes: (project: Project) => sorted(Object.keys(project.volumes)),
  networks: (project: Project) => sorted(Object.keys(project.networks)),
  models: (project: Project) =>
    Object.entries(project.models)
      .map(([name, { model }]) => model ?? name)
      .sort(),
  profiles: (project: Project) => {
    const all = [...Object.values(project.services), ...Object.values(project.disabledServices)];
    return sorted(all.flatMap((service) => service.profiles ?? []));
  },
  images: (project: Project) =>
    Object.entries(project.services)
      .flatMap(([name, service]) => {
        const own = imageName(project.name, name, service);
        const hooks = (service.pre_start ?? []).map(({ image }) => image || own);
        return [own, ...hooks.filter((image) => image !== own)];
      })
      .sort(),
  environment: (project: Project) =>
    sorted(Object.entries(project.environment).map(([key, value]) => `${key}=${value}`)),
} as const;

export type ListName = keyof typeof lists;

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
