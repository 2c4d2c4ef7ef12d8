import type { ContainerBody, MountBody } from '../../model/bodies.ts';
import type { ImageConfig } from '../../model/image.ts';
import type { EngineFeatures } from '../input.ts';
import { normalOptions } from '../rows/storage.ts';
import { differences, type FieldChange } from './change.ts';

/** A mount as far as it can be told from both forms. */
interface Place {
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

/** Compares binds and long mounts together, target by target: engines turn one form into the other. */
export function compareMounts(
  wanted: ContainerBody,
  observed: ContainerBody,
  image: ImageConfig,
  { kind }: EngineFeatures,
): FieldChange[] {
  const asked = placesOf(wanted);
  const present = placesOf(observed);
  if (kind === 'podman') showAsPodman(asked, present, observed);
  for (const [target, place] of asked) {
    const other = present.get(target);
    if (other === undefined) continue;
    if (isAnonymous(place) && other.type === 'volume' && isGeneratedName(other.source)) {
      asked.set(target, { ...place, source: other.source });
    }
  }
  const isShared = kind === 'podman' && (wanted.HostConfig.VolumesFrom ?? []).length > 0;
  for (const [target, place] of present) {
    const isOfImage = place.type === 'volume' && image.volumes.includes(target);
    if (!asked.has(target) && (isShared || isOfImage)) present.delete(target);
  }
  return differences('volumes', textsOf(asked), textsOf(present), () => false);
}

/** Podman does not show `nocopy`, and shows long memory mounts among the short ones. */
function showAsPodman(asked: Map<string, Place>, present: Map<string, Place>, observed: ContainerBody): void {
  for (const [target, place] of asked) {
    asked.set(target, { ...place, options: place.options.filter((option) => option !== 'nocopy') });
    const text = observed.HostConfig.Tmpfs?.[target];
    if (place.type !== 'tmpfs' || text === undefined) continue;
    const options = normalOptions(text).split(',');
    present.set(target, { type: 'tmpfs', source: '', options: options.filter(Boolean) });
  }
}

/** True for the names that engines give to volumes without one. */
function isGeneratedName(name: string): boolean {
  return name === '' || /^[0-9a-f]{64}$/.test(name);
}

function isAnonymous({ type, source }: Place): boolean {
  return type === 'volume' && source === '';
}

function placesOf({ Volumes, HostConfig: { Binds, Mounts } }: ContainerBody): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const bind of Binds ?? []) {
    const [target, place] = ofBind(bind);
    places.set(target, place);
  }
  for (const mount of Mounts ?? []) places.set(trimmed(mount.Target), ofMount(mount));
  // The third way to ask for an anonymous volume; engines list those of the image here too.
  for (const target of Object.keys(Volumes ?? {}).map(trimmed)) {
    if (!places.has(target)) places.set(target, { type: 'volume', source: '', options: [] });
  }
  return places;
}

/** Options that mean nothing, because each engine sets them by itself. */
const implied = new Set([
  '',
  'rw',
  'rprivate',
  'private',
  'rbind',
  'bind',
  'nosuid',
  'nodev',
  'noexec',
  'copy',
]);

function ofBind(text: string): [string, Place] {
  const parts = text.split(':');
  const [source = '', target = ''] = parts.length === 1 ? ['', text] : parts;
  const options = (parts[2] ?? '').split(',').filter((option) => !implied.has(option));
  const type = source.startsWith('/') ? 'bind' : 'volume';
  return [
    trimmed(target),
    { type, source: type === 'bind' ? trimmed(source) : source, options: options.sort() },
  ];
}

function ofMount(mount: MountBody): Place {
  const { BindOptions, VolumeOptions, TmpfsOptions, ImageOptions } = mount;
  const options = [
    mount.ReadOnly === true ? 'ro' : '',
    BindOptions?.Propagation ?? '',
    BindOptions?.NonRecursive === true ? 'non-recursive' : '',
    VolumeOptions?.NoCopy === true ? 'nocopy' : '',
    VolumeOptions?.Subpath === undefined ? '' : `subpath=${VolumeOptions.Subpath}`,
    ImageOptions?.Subpath === undefined ? '' : `subpath=${ImageOptions.Subpath}`,
    (TmpfsOptions?.SizeBytes ?? 0) === 0 ? '' : `size=${TmpfsOptions!.SizeBytes}`,
    (TmpfsOptions?.Mode ?? 0) === 0 ? '' : `mode=${TmpfsOptions!.Mode!.toString(8)}`,
  ].filter((option) => !implied.has(option));
  const source = mount.Source ?? '';
  return {
    type: mount.Type,
    source: mount.Type === 'bind' ? trimmed(source) : source,
    options: options.sort(),
  };
}

function trimmed(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

function textsOf(places: ReadonlyMap<string, Place>): Record<string, string> {
  return Object.fromEntries(
    [...places].map(([target, { type, source, options }]) => {
      const name = isAnonymous({ type, source, options }) ? 'anonymous' : source;
      return [`.${target}`, [type, name, ...options].filter((part) => part !== '').join(' ')];
    }),
  );
}
