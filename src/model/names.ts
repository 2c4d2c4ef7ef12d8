import type { Project } from './project.ts';
import type { Service } from './service.ts';

/** `-`, or `_` with `--compatibility`. */
export function separator(compatibility: boolean): string {
  return compatibility ? '_' : '-';
}

/** A container's name: `PROJECT-SERVICE-N` unless the service sets `container_name`. */
export function containerName(
  project: Project,
  serviceName: string,
  number: number,
  compatibility = false,
): string {
  const own = project.services[serviceName]?.container_name;
  if (own !== undefined) return own;
  return [project.name, serviceName, number].join(separator(compatibility));
}

/**
 * Name of a container while it stands beside the one that it will replace: `OLDID12_NAME`. What an interrupted
 * replacement has left may hold that name: then it is made from the id of the one that does.
 */
export function temporaryName(
  oldId: string,
  finalName: string,
  present: readonly { readonly id: string; readonly name: string }[],
): string {
  const name = `${oldId.slice(0, 12)}_${finalName}`;
  const holder = present.find((one) => one.name === name);
  if (holder === undefined) return name;
  return temporaryName(
    holder.id,
    finalName,
    present.filter((one) => one !== holder),
  );
}

/** The image a service runs: as written, else the name its build gets. */
export function imageName(
  projectName: string,
  serviceName: string,
  service: Service,
  compatibility = false,
): string {
  return service.image ?? [projectName, serviceName].join(separator(compatibility));
}
