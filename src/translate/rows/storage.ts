import type { ContainerBody } from '../../model/bodies.ts';
import type { ContainerInput } from '../input.ts';
import { containerMounts } from '../mounts/mounts.ts';
import { sharedContainer } from '../network/shared.ts';
import { hostRow, type Row } from './row.ts';
import { mapping, unlessEmpty, unordered } from './views.ts';

/** Volumes, binds and memory file systems. Binds and long mounts are compared together (compare/mounts.ts). */
export const storageRows: readonly Row[] = [
  hostRow('Binds', {
    attribute: 'volumes',
    also: ['use_api_socket'],
    write: (input) => unlessEmpty(containerMounts(input).binds),
    view: () => ({}),
  }),
  hostRow('Mounts', {
    attribute: 'volumes',
    also: ['configs', 'secrets'],
    write: (input) => unlessEmpty(containerMounts(input).mounts),
    view: () => ({}),
  }),
  hostRow('Tmpfs', {
    attribute: 'tmpfs',
    write: ({ service }) => unlessEmpty(Object.fromEntries((service.tmpfs ?? []).map(tmpfsEntry))),
    view: (values) =>
      mapping(
        Object.fromEntries(Object.entries(values).map(([path, options]) => [path, normalOptions(options)])),
      ),
    byItself: (field, _, { facts, wanted, observed }) =>
      facts.kind === 'podman' && [wanted, observed].some((body) => isPodmanTmpfs(field.slice(1), body)),
  }),
  hostRow('VolumesFrom', {
    attribute: 'volumes_from',
    write: (input) => unlessEmpty((input.service.volumes_from ?? []).map((from) => volumesFrom(input, from))),
    view: (values) => unordered(values.map((value) => value.replace(/:rw$/, ''))),
  }),
];

/** Podman gives a read-only container some, and shows long mounts of this type here. */
function isPodmanTmpfs(path: string, { HostConfig: { ReadonlyRootfs, Mounts } }: ContainerBody): boolean {
  if (ReadonlyRootfs === true && ['/tmp', '/var/tmp', '/run', '/dev', '/dev/shm'].includes(path)) return true;
  return (Mounts ?? []).some((mount) => mount.Type === 'tmpfs' && mount.Target === path);
}

function tmpfsEntry(text: string): [string, string] {
  const split = text.indexOf(':');
  return split < 0 ? [text, ''] : [text.slice(0, split), text.slice(split + 1)];
}

/** Podman adds the options that both engines use anyhow. */
export function normalOptions(options: string): string {
  const implied = ['rprivate', 'nosuid', 'nodev', 'tmpcopyup', 'rw', 'noexec', 'private'];
  return options
    .split(',')
    .filter((o) => o !== '' && !implied.includes(o))
    .sort()
    .join(',');
}

/** `SERVICE[:ro]` or `container:NAME[:ro]`, without the access mode, which docker compose does not send either. */
function volumesFrom(input: ContainerInput, from: string): string {
  const [first = '', second = ''] = from.split(':');
  return first === 'container' ? second : sharedContainer(input, first, 'volume');
}
