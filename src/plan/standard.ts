import type { EndpointBody, FileToCopy } from '../model/bodies.ts';
import { contentDigest } from '../model/content.ts';
import { hashedText, networkHash, serviceHash, volumeHash } from '../model/hash.ts';
import { label } from '../model/labels.ts';
import { imageName } from '../model/names.ts';
import type { Project } from '../model/project.ts';
import type { NullableMap } from '../model/scalars.ts';
import type { Hook, Service } from '../model/service.ts';
import type { Observed } from '../observe/observed.ts';
import { compareWithPresent } from '../translate/compare/adopt.ts';
import { containerBody } from '../translate/container.ts';
import type { ContainerInput, EngineFeatures } from '../translate/input.ts';
import { targetOf } from '../translate/mounts/files.ts';
import { attachments } from '../translate/network/attach.ts';
import { networkBody } from '../translate/network.ts';
import { volumeBody } from '../translate/volume.ts';
import type { ContainerRequest, Materials } from './materials.ts';
import type { PlannedFile } from './operations.ts';

/** What the caller knows beside the project: read beforehand, so that planning stays pure. */
export interface MaterialSources {
  readonly project: Project;
  readonly facts: Observed['facts'];
  readonly toolVersion: string;
  /** Bytes of a file of this machine; undefined if it can't be read. */
  readonly contents?: (path: string) => Uint8Array | undefined;
  /** Variables below the service's own: proxies of the client's configuration. */
  readonly environment?: NullableMap;
  readonly registryConfig?: string;
  /** Seconds since 1970. */
  readonly now?: number;
}

/** The materials of real plans: bodies from `translate`, hashes of the model. */
export function standardMaterials(sources: MaterialSources): Materials {
  const { facts, toolVersion } = sources;
  const resourceLabels = (hash: string) => ({ [label.configHash]: hash, [label.version]: toolVersion });
  return {
    serviceHash,
    hashedText,
    networkHash,
    volumeHash,
    container: (request) => {
      const { body, connect, files, warnings } = containerBody(inputFor(request, sources));
      return { body, connect, files: files.map((file) => planned(file, request.service)), warnings };
    },
    endpoint: (project, serviceName, network, name) =>
      endpointOf(project, serviceName, network, name, sources),
    preStart: (project, serviceName, hook, container) =>
      hookContainer(project, serviceName, hook, container, sources),
    network: (project, key) =>
      networkBody({ project, key, facts, labels: resourceLabels(networkHash(project.networks[key]!)) }),
    volume: (project, key) =>
      volumeBody({ project, key, facts, labels: resourceLabels(volumeHash(project.volumes[key]!)) }),
    compare: (request, present) => compareWithPresent(inputFor(request, sources), present),
    contentDigest: (name) => contentDigest(sources.project, name, sources.contents ?? (() => undefined)),
    ...(sources.now !== undefined && { now: sources.now }),
  };
}

function inputFor(request: ContainerRequest, sources: MaterialSources): ContainerInput {
  const { oneOff, ...rest } = request;
  return {
    ...rest,
    ...(oneOff?.serviceAliases && { serviceAliases: true }),
    service: withOwnPorts(request.service, request.number, request.facts),
    toolVersion: sources.toolVersion,
    ...(sources.contents !== undefined && { contents: sources.contents }),
    ...(sources.environment !== undefined && { environment: sources.environment }),
    ...(sources.registryConfig !== undefined && { registryConfig: sources.registryConfig }),
  };
}

/** Podman takes no range of host ports: each replica gets its own of the range. */
function withOwnPorts(service: Service, number: number, { kind }: EngineFeatures): Service {
  if (kind !== 'podman' || service.ports === undefined) return service;
  const ports = service.ports.map((port) => {
    const range = /^(\d+)-(\d+)$/.exec(port.published ?? '');
    if (range === null) return port;
    const [first, last] = [Number(range[1]), Number(range[2])];
    const offset = Math.max(0, number - 1) % Math.max(1, last - first + 1);
    return { ...port, published: String(first + offset) };
  });
  return { ...service, ports };
}

function planned(file: FileToCopy, service: Service): PlannedFile {
  const { target, mode, uid, gid, content } = file;
  const secret = (service.secrets ?? []).some((reference) => targetOf('secret', reference) === target);
  return { target, mode, uid, gid, secret, source: textOrBase64(content) };
}

function textOrBase64(bytes: Uint8Array): PlannedFile['source'] {
  try {
    return { content: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { content: btoa(binary), encoding: 'base64' };
  }
}

function plainInput(
  project: Project,
  serviceName: string,
  name: string,
  number: number,
  sources: MaterialSources,
): ContainerInput {
  return {
    ...{ project, facts: sources.facts, serviceName, service: project.services[serviceName]!, number, name },
    ...{ image: undefined, containerOf: () => undefined, inherited: [], labels: {} },
    toolVersion: sources.toolVersion,
  };
}

function endpointOf(
  project: Project,
  serviceName: string,
  network: string,
  name: string,
  sources: MaterialSources,
): ReturnType<Materials['endpoint']> {
  const { endpoints, connect } = attachments(plainInput(project, serviceName, name, 1, sources));
  const wanted = project.networks[network]!.name;
  const found = endpoints[wanted] ?? connect.find((c) => c.network === wanted)?.endpoint;
  return found ?? { Aliases: [name, serviceName] };
}

/** What a hook's container does not take over from its service. */
const notInHooks = [
  ...(['ports', 'healthcheck', 'restart', 'volumes', 'container_name'] as const),
  ...(['depends_on', 'configs', 'secrets', 'deploy'] as const),
];

function without<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Omit<T, K> {
  const copy = { ...from };
  for (const key of keys) delete copy[key];
  return copy;
}

/** A hook's container is on the service's networks and has its volumes, but is not found under its name. */
function hookContainer(
  project: Project,
  serviceName: string,
  hook: Hook,
  container: string,
  sources: MaterialSources,
): ReturnType<Materials['preStart']> {
  const base = project.services[serviceName]!;
  const plain = without(base, notInHooks);
  const service: Service = {
    ...plain,
    image: hook.image ?? imageName(project.name, serviceName, base),
    command: hook.command ?? null,
    environment: { ...base.environment, ...hook.environment },
    ...(hook.user !== undefined && { user: hook.user }),
    ...(hook.privileged !== undefined && { privileged: hook.privileged }),
    ...(hook.working_dir !== undefined && { working_dir: hook.working_dir }),
    volumes_from: [`container:${container}`],
  };
  const input = { ...plainInput(project, serviceName, `${serviceName}-hook`, 0, sources), service };
  const { body, connect } = containerBody(input);
  const silent = (endpoint: EndpointBody) => without(endpoint, ['Aliases']);
  return {
    body: {
      ...body,
      Labels: {
        [label.project]: project.name,
        [label.service]: serviceName,
        [label.version]: sources.toolVersion,
        [label.hook]: 'pre_start',
      },
      HostConfig: { ...body.HostConfig, VolumesFrom: [container] },
      ...(body.NetworkingConfig !== undefined && {
        NetworkingConfig: {
          EndpointsConfig: Object.fromEntries(
            Object.entries(body.NetworkingConfig.EndpointsConfig).map(([name, e]) => [name, silent(e)]),
          ),
        },
      }),
    },
    connect: connect.map(({ network, endpoint }) => ({ network, endpoint: silent(endpoint) })),
  };
}
