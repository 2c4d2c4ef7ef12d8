import type { MountBody } from '../../model/bodies.ts';
import type { ServiceVolume } from '../../model/service.ts';
import { apiSocket } from '../environment.ts';
import type { ContainerInput, InheritedMount } from '../input.ts';
import { bindText } from './binds.ts';
import { grantedFiles } from './files.ts';
import { longMount } from './long.ts';

/**
 * The volumes of a container: short forms where they suffice, long ones else, and anonymous volumes of
 * the replaced container at the same place.
 */
export function containerMounts(input: ContainerInput): { binds: string[]; mounts: MountBody[] } {
  const binds: string[] = [];
  const mounts: MountBody[] = [];
  const volumes = volumesOf(input);
  for (const volume of byTarget(volumes)) {
    const source = sourceOf(input, volume);
    const isNamed = volume.type === 'bind' || (volume.type === 'volume' && isDeclared(input, volume));
    const text = isNamed && source !== undefined ? bindText(volume, source) : undefined;
    if (text === undefined) mounts.push(longMount(volume, source));
    else binds.push(text);
  }
  const taken = new Set(volumes.map((volume) => volume.target));
  for (const mount of input.inherited) {
    if (!taken.has(mount.destination) && isOfImage(input, mount)) mounts.push(inheritedMount(mount));
  }
  return { binds, mounts: [...mounts, ...grantedFiles(input).mounts] };
}

/** A service's volumes, the engine's socket included if it asks for that. */
function volumesOf({ service }: ContainerInput): readonly ServiceVolume[] {
  const { socket } = apiSocket;
  const extra: ServiceVolume[] =
    service.use_api_socket === true ? [{ type: 'bind', source: socket, target: socket }] : [];
  return [...(service.volumes ?? []), ...extra];
}

/** One volume for each target: the last that names it. */
function byTarget(volumes: readonly ServiceVolume[]): Iterable<ServiceVolume> {
  return new Map(volumes.map((volume) => [volume.target ?? '', volume])).values();
}

/** A top-level volume by its engine's name; an anonymous one by that of the replaced container. */
function sourceOf(input: ContainerInput, volume: ServiceVolume): string | undefined {
  if (volume.type !== 'volume') return volume.source;
  if (volume.source !== undefined && volume.source !== '') {
    return input.project.volumes[volume.source]?.name ?? volume.source;
  }
  const same = input.inherited.find((m) => m.type === 'volume' && m.destination === volume.target);
  return same?.name;
}

function isDeclared(input: ContainerInput, volume: ServiceVolume): boolean {
  return volume.source !== undefined && volume.source in input.project.volumes;
}

/** Without knowledge of the image an anonymous volume goes on: what it holds must not be lost. */
function isOfImage(input: ContainerInput, mount: InheritedMount): boolean {
  if (mount.type !== 'volume' || mount.name === '') return false;
  return input.image?.config?.volumes.includes(mount.destination) ?? true;
}

function inheritedMount({ name, destination, readWrite }: InheritedMount): MountBody {
  return {
    Type: 'volume',
    Source: name,
    Target: destination,
    ...(!readWrite && { ReadOnly: true }),
  };
}
