import { UserError } from '../diagnostic/errors.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import type { Services } from './project.ts';

/** Moves services without an active profile to the disabled ones. `*` is every profile. */
export function applyProfiles(project: Project, profiles: readonly string[]): Project {
  const everything = { ...project.services, ...project.disabledServices };
  const isActive = (service: Service): boolean =>
    service.profiles === undefined ||
    profiles.includes('*') ||
    // A profile without a name is active as long as none is asked for.
    service.profiles.some((p) => profiles.includes(p) || (p === '' && profiles.length === 0));
  return {
    ...split(project, everything, (name) => isActive(everything[name] as Service)),
    activeProfiles: profiles,
  };
}

/**
 * Keeps the named services and, unless told otherwise, what they depend on. A named service is active even if
 * its profile is not.
 * @throws UserError for a name that no service has
 */
export function selectServices(
  project: Project,
  names: readonly string[],
  withDependencies: boolean,
): Project {
  if (names.length === 0) return project;
  const everything = { ...project.services, ...project.disabledServices };
  const extra: string[] = [];
  for (const name of names) {
    const service = Object.hasOwn(everything, name) ? everything[name] : undefined;
    if (service === undefined) {
      throw new UserError('TSC146', `no such service: ${name}`, {
        hint: `the project has: ${Object.keys(everything).sort().join(', ')}`,
      });
    }
    if (!Object.hasOwn(project.services, name)) extra.push(...(service.profiles ?? []));
  }
  const widened =
    extra.length === 0 ? project : applyProfiles(project, [...project.activeProfiles, ...extra]);
  const wanted = new Set<string>();
  const visit = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    if (!withDependencies) return;
    for (const dependency of Object.keys(widened.services[name]?.depends_on ?? {})) visit(dependency);
  };
  for (const name of names) visit(name);
  const selected = split(widened, widened.services, (name) => wanted.has(name), widened.disabledServices);
  return withDependencies ? selected : withoutDependencies(selected);
}

/** What is left out is no dependency of what is kept. */
function withoutDependencies(project: Project): Project {
  const services = Object.entries(project.services).map(([name, service]): [string, Service] => {
    if (service.depends_on === undefined) return [name, service];
    const kept = Object.entries(service.depends_on).filter(([other]) => other in project.services);
    return [name, { ...service, depends_on: Object.fromEntries(kept) }];
  });
  return { ...project, services: Object.fromEntries(services) };
}

type ResourceKind = 'networks' | 'volumes' | 'configs' | 'secrets' | 'models';

function split(
  project: Project,
  services: Services,
  keep: (name: string) => boolean,
  disabled: Services = {},
): Project {
  const kept: Record<string, Service> = {};
  const left: Record<string, Service> = { ...disabled };
  for (const name of Object.keys(services).sort()) {
    const service = services[name] as Service;
    if (keep(name)) kept[name] = service;
    else left[name] = service;
  }
  return { ...project, services: kept, disabledServices: left };
}

/** The names of networks, volumes, configs, secrets and models that active services use. */
export function usedResources(project: Project): Readonly<Record<ResourceKind, ReadonlySet<string>>> {
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    configs: new Set<string>(),
    secrets: new Set<string>(),
    models: new Set<string>(),
  };
  for (const service of Object.values(project.services)) {
    for (const name of Object.keys(service.networks ?? {})) used.networks.add(name);
    for (const name of Object.keys(service.models ?? {})) used.models.add(name);
    for (const mount of service.volumes ?? [])
      if (mount.type === 'volume' && mount.source) used.volumes.add(mount.source);
    for (const grant of service.configs ?? []) used.configs.add(grant.source);
    for (const grant of [...(service.secrets ?? []), ...(service.build?.secrets ?? [])])
      used.secrets.add(grant.source);
  }
  return used;
}

/** Leaves out networks, volumes, configs, secrets and models that no active service uses. */
export function dropUnused(project: Project): Project {
  const used = usedResources(project);
  const only = <T>(all: Readonly<Record<string, T>>, names: ReadonlySet<string>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
  return {
    ...project,
    networks: only(project.networks, used.networks),
    volumes: only(project.volumes, used.volumes),
    configs: only(project.configs, used.configs),
    secrets: only(project.secrets, used.secrets),
    models: only(project.models, used.models),
  };
}
