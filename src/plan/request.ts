import { boundTo } from '../model/bound.ts';
import { label } from '../model/labels.ts';
import { containerName, imageName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import { firstIdOf } from '../observe/membership.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import type { UpIntent } from './intent.ts';
import type { ContainerRequest, Materials } from './materials.ts';

interface Source {
  readonly project: Project;
  readonly observed: Observed;
  readonly intent: Pick<UpIntent, 'compatibility' | 'renewAnonVolumes'>;
  readonly materials: Materials;
}

/** The request for the body of one container of a service. */
export function createRequest(
  source: Source,
  serviceName: string,
  number: number,
  replaced: ObservedContainer | undefined,
  options: {
    readonly containerOf?: (service: string) => string | undefined;
    /** Another container whose anonymous volumes go on in this one. */
    readonly inheritFrom?: ObservedContainer | undefined;
    readonly linked?: NonNullable<ContainerRequest['linked']>;
  } = {},
): ContainerRequest {
  const { project, observed, intent, materials } = source;
  const service = project.services[serviceName]!;
  const name = containerName(project, serviceName, number, intent.compatibility);
  const digest = materials.contentDigest?.(serviceName);
  const containerOf = options.containerOf ?? ((parent: string) => firstIdOf(observed, parent));
  const donor = options.inheritFrom ?? replaced;
  return {
    project,
    facts: observed.facts,
    serviceName,
    service,
    number,
    name,
    image: observed.images[imageName(project.name, serviceName, service, intent.compatibility)],
    ...(intent.compatibility && { compatibility: true }),
    ...(options.linked !== undefined && { linked: options.linked }),
    containerOf,
    ...(digest !== undefined && { contentDigest: digest }),
    imageId: (reference) => observed.images[reference]?.id,
    inherited: donor === undefined || intent.renewAnonVolumes ? [] : anonymousMounts(project, donor),
    labels: {
      [label.configHash]: materials.serviceHash(boundTo(service, containerOf)),
      ...(replaced !== undefined && { [label.replace]: `${serviceName}-${number}` }),
    },
  };
}

/** Volume mounts of a container that no top-level volume stands for. */
export function anonymousMounts(project: Project, container: ObservedContainer): ObservedContainer['mounts'] {
  const named = new Set(Object.values(project.volumes).map((v) => v.name));
  return container.mounts.filter((m) => m.type === 'volume' && m.name !== '' && !named.has(m.name));
}

/** `TARGET=IMAGE ID` of each image that is mounted as a volume, as the container's label has it. */
export function imageVolumeDigest(service: Service, { images }: Observed): string | undefined {
  const mounts = (service.volumes ?? []).filter((m) => m.type === 'image');
  const digests = mounts.flatMap(({ source = '', target = '' }) =>
    images[source] === undefined ? [] : [`${target}=${images[source].id}`],
  );
  return digests.length === 0 ? undefined : digests.join(',');
}
