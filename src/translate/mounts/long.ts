import type { MountBody } from '../../model/bodies.ts';
import type { ServiceVolume } from '../../model/service.ts';
import { parseBytes } from '../../util/bytes.ts';

/** The long form of a volume. `source` is the engine's name of it, undefined for anonymous volumes. */
export function longMount(volume: ServiceVolume, source: string | undefined): MountBody {
  return {
    Type: volume.type,
    ...(source !== undefined && source !== '' && volume.type !== 'tmpfs' && { Source: source }),
    Target: volume.target ?? '',
    ...(volume.read_only === true && { ReadOnly: true }),
    ...(volume.consistency !== undefined && { Consistency: volume.consistency }),
    ...optionsOf(volume),
  };
}

type Options = Pick<MountBody, 'BindOptions' | 'VolumeOptions' | 'TmpfsOptions' | 'ImageOptions'>;

function optionsOf(volume: ServiceVolume): Options {
  if (volume.type === 'bind') return filled('BindOptions', bindOptions(volume.bind ?? {}));
  if (volume.type === 'volume') return filled('VolumeOptions', volumeOptions(volume.volume ?? {}));
  if (volume.type === 'tmpfs') return filled('TmpfsOptions', tmpfsOptions(volume.tmpfs ?? {}));
  if (volume.type === 'image' && volume.image?.subpath !== undefined) {
    return { ImageOptions: { Subpath: volume.image.subpath } };
  }
  return {};
}

function filled<K extends keyof Options>(key: K, options: NonNullable<Options[K]>): Options {
  return Object.keys(options).length === 0 ? {} : { [key]: options };
}

function bindOptions(bind: NonNullable<ServiceVolume['bind']>): NonNullable<MountBody['BindOptions']> {
  return {
    ...((bind.propagation ?? '') !== '' && { Propagation: bind.propagation! }),
    ...(bind.create_host_path !== false && { CreateMountpoint: true }),
    ...(bind.recursive === 'disabled' && { NonRecursive: true }),
    ...(bind.recursive === 'writable' && { ReadOnlyNonRecursive: true }),
    ...(bind.recursive === 'readonly' && { ReadOnlyForceRecursive: true }),
  };
}

function volumeOptions(
  volume: NonNullable<ServiceVolume['volume']>,
): NonNullable<MountBody['VolumeOptions']> {
  return {
    ...(volume.nocopy === true && { NoCopy: true }),
    ...(Object.keys(volume.labels ?? {}).length > 0 && { Labels: { ...volume.labels } }),
    ...((volume.subpath ?? '') !== '' && { Subpath: volume.subpath! }),
  };
}

function tmpfsOptions(tmpfs: NonNullable<ServiceVolume['tmpfs']>): NonNullable<MountBody['TmpfsOptions']> {
  return {
    ...(tmpfs.size !== undefined && { SizeBytes: parseBytes(tmpfs.size) }),
    ...(tmpfs.mode !== undefined && { Mode: tmpfs.mode }),
  };
}
