import type { VolumeBody } from '../model/bodies.ts';
import { label } from '../model/labels.ts';
import { isProtected, protectLabel } from '../model/safety.ts';
import type { ResourceInput } from './network.ts';

/** The create body of a volume of the project. */
export function volumeBody({ project, key, labels }: ResourceInput): VolumeBody {
  const volume = project.volumes[key]!;
  return {
    Name: volume.name,
    ...(volume.driver !== undefined && { Driver: volume.driver }),
    ...(volume.driver_opts !== undefined && { DriverOpts: { ...volume.driver_opts } }),
    Labels: {
      ...volume.labels,
      ...(isProtected(volume) && { [protectLabel]: 'true' }),
      [label.project]: project.name,
      [label.volume]: key,
      ...labels,
    },
  };
}
