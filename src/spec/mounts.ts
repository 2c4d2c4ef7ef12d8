import { boolean, bytes, flag, integer, list, struct, text } from './attribute.ts';
import { expandVolume, mountIdentity } from './expand/volumes.ts';
import { labels } from './lists.ts';

const mount = struct(
  {
    type: text(),
    source: text(),
    target: text(),
    read_only: flag(),
    consistency: text(),
    bind: struct(
      {
        selinux: text(),
        propagation: text(),
        create_host_path: boolean({ keepEmpty: true, omitTrue: true }),
        recursive: text(),
      },
      {
        fill: (bind) => (bind['create_host_path'] === undefined ? { ...bind, create_host_path: true } : bind),
      },
    ),
    volume: struct({ labels: labels(), nocopy: flag(), subpath: text() }),
    tmpfs: struct({ size: bytes(), mode: integer({ unsigned: true }) }),
    image: struct({ subpath: text() }),
  },
  { expand: expandVolume, path: 'mount' },
);

/** `services.*.volumes` */
export const volumes = list(mount, { identity: mountIdentity });
