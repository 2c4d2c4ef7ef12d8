import type { ServiceVolume } from '../../model/service.ts';

/**
 * The short form `source:target:options`, which makes missing folders on the host. undefined if the
 * volume needs options that only the long form has.
 */
export function bindText(volume: ServiceVolume, source: string): string | undefined {
  if (volume.type === 'bind' ? needsMount(volume.bind) : volumeNeedsMount(volume)) return undefined;
  const options = [volume.read_only === true ? 'ro' : 'rw'];
  if (volume.bind?.selinux !== undefined && volume.bind.selinux !== '') options.push(volume.bind.selinux);
  return `${source}:${volume.target ?? ''}:${options.join(',')}`;
}

function needsMount(bind: ServiceVolume['bind']): boolean {
  return (
    bind?.create_host_path === false || (bind?.propagation ?? '') !== '' || (bind?.recursive ?? '') !== ''
  );
}

function volumeNeedsMount({ volume }: ServiceVolume): boolean {
  const { nocopy, subpath, labels } = volume ?? {};
  return nocopy === true || (subpath ?? '') !== '' || Object.keys(labels ?? {}).length > 0;
}
