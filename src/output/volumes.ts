import type { VolumeSummary } from '../engine/engine.ts';
import type { RowFormat } from './rows.ts';
import { type Fields, labelFunction, rowLabels } from './template.ts';

/** A volume with the fields of `volumes --format json`; what only a cluster knows is `N/A`. */
export function volumeFields(volume: VolumeSummary): Fields {
  const labels = Object.entries(volume.labels).map(([key, value]) => `${key}=${value}`);
  return {
    Availability: 'N/A',
    Driver: volume.driver,
    Group: 'N/A',
    [rowLabels]: volume.labels,
    Labels: labels.sort().join(','),
    Links: 'N/A',
    Mountpoint: volume.mountpoint,
    Name: volume.name,
    Scope: volume.scope,
    Size: 'N/A',
    Status: 'N/A',
  };
}

export const volumeFormat: RowFormat = {
  columns: [
    ['Driver', 'DRIVER'],
    ['Name', 'VOLUME NAME'],
  ],
  fields: [
    ...[
      'Availability',
      'Driver',
      'Group',
      'Labels',
      'Links',
      'Mountpoint',
      'Name',
      'Scope',
      'Size',
      'Status',
    ],
  ],
  functions: labelFunction,
};
