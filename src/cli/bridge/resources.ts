import { readFileSync } from 'node:fs';
import { UserError } from '../../diagnostic/errors.ts';
import type { ImageDetails } from '../../engine/images.ts';
import { imageName } from '../../model/names.ts';
import type { FileObject, Project } from '../../model/project.ts';
import type { Service } from '../../model/service.ts';

/**
 * The project with what a transformer can't look up itself: names of images, ports that they expose, and the
 * content of configs and secrets.
 * @param images by service
 */
export function withResources(project: Project, images: ReadonlyMap<string, ImageDetails>): Project {
  return {
    ...project,
    services: mapped(project.services, (service, name) => ({
      ...service,
      image: imageName(project.name, name, service),
      ...exposed(service, images.get(name)),
    })),
    configs: mapped(project.configs, (config) => withContent(config, project)),
    secrets: mapped(project.secrets, (secret) => withContent(secret, project)),
  };
}

function exposed(service: Service, image: ImageDetails | undefined): Pick<Service, 'expose'> {
  const ports = [
    ...(service.expose ?? []),
    ...(image?.config.exposedPorts ?? []).map((port) => port.replace(/\/.*$/, '')),
    ...(service.ports ?? []).map(({ target }) => String(target)),
  ];
  return ports.length === 0 ? {} : { expose: [...new Set(ports)].sort() };
}

function withContent(object: FileObject, project: Project): FileObject {
  if (object.external) return object;
  if (object.environment !== undefined)
    return { ...object, content: project.environment[object.environment] ?? '' };
  if (object.file === undefined) return object;
  try {
    return { ...object, content: readFileSync(object.file, 'utf8') };
  } catch (cause) {
    throw new UserError('no-file', `${object.file} can't be read`, {
      hint: 'a transformation gets the content of configs and secrets',
      cause,
    });
  }
}

function mapped<V>(
  all: Readonly<Record<string, V>>,
  change: (value: V, name: string) => V,
): Record<string, V> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, change(value, name)]));
}
