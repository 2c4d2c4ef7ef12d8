import { label, versionLabel } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import type { ContainerInput } from './input.ts';

/** The labels of a container: the user's, then those by which a project's containers are known. */
export function containerLabels(input: ContainerInput): Record<string, string> {
  const { project, service, serviceName, number, image } = input;
  return {
    ...service.labels,
    [label.project]: project.name,
    [label.service]: serviceName,
    ...(number > 0 && { [label.number]: String(number) }),
    [label.oneOff]: number > 0 ? 'False' : 'True',
    [label.dependsOn]: dependsOnLabel(project, service),
    ...(image !== undefined && { [label.image]: image.id }),
    ...imageVolumeLabel(input),
    ...originLabels(project),
    [label.version]: versionLabel(input.toolVersion ?? '', input.contentDigest),
    ...input.labels,
  };
}

/** `TARGET=IMAGE ID` of each image that is mounted as a volume, as far as the engine has it. */
function imageVolumeLabel({ service, imageId }: ContainerInput): Record<string, string> {
  const digests = (service.volumes ?? [])
    .filter(({ type }) => type === 'image')
    .flatMap(({ source = '', target = '' }) => {
      const id = imageId?.(source);
      return id === undefined ? [] : [`${target}=${id}`];
    });
  return digests.length === 0 ? {} : { [label.imageVolumeDigest]: digests.join(',') };
}

/** Where the project was read from. */
function originLabels(project: Project): Record<string, string> {
  return {
    [label.workingDir]: project.workingDir,
    [label.configFiles]: project.configFiles.join(','),
    ...(project.environmentFiles.length > 0 && {
      [label.environmentFile]: project.environmentFiles.join(','),
    }),
  };
}

/** `db:service_started:true,…`: service, condition, and whether a restart of it restarts this one. */
function dependsOnLabel(project: Project, service: Service): string {
  return Object.entries(service.depends_on ?? {})
    .filter(([name, { required }]) => required || name in project.services)
    .map(([name, { condition, restart }]) => `${name}:${condition}:${restart === true}`)
    .sort()
    .join(',');
}

/** True for labels by which a tool keeps its books; they are never compared. */
export function isToolLabel(key: string): boolean {
  return key.startsWith('com.docker.compose.') || key.startsWith('tscompose.');
}
