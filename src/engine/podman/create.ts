import { existsSync } from 'node:fs';
import { EngineError } from '../../diagnostic/errors.ts';
import type { ContainerBody, MountBody } from '../../model/bodies.ts';
import { objectOf, textOf } from '../../util/json.ts';
import { type Api, segment } from '../client/api.ts';
import { postCreate } from '../client/containers.ts';
import type { Created } from '../engine.ts';
import { droppedSettings, withBothLimits, withEndpointMac, withoutLocalLog } from './differences.ts';
import { addLinks, takeLinks } from './links.ts';
import { withFreePorts } from './ports.ts';

/**
 * Creates a container on Podman from a body as Docker takes it: what Podman can't do is done by other
 * means or refused, what it ignores is told as a warning.
 */
export async function createOnPodman(
  api: Api,
  name: string,
  wanted: ContainerBody,
  platform: string | undefined,
): Promise<Created> {
  refuse(wanted, api);
  const logged = withoutLocalLog(wanted);
  const { body: unlinked, links } = takeLinks(logged.body);
  let body = withBothLimits(withEndpointMac(unlinked));
  body = await withFreePorts(api, body);
  body = await withGateway(api, body);
  await makeVolumes(api, body.HostConfig.Mounts ?? []);
  const created = await postCreate(api, name, body, platform);
  const warnings = [
    ...created.warnings,
    ...logged.warnings,
    ...droppedSettings(wanted, api.facts.version),
    ...(await addLinks(api, body, links)),
  ];
  return { id: created.id, warnings };
}

const call = 'POST /containers/create';

function refuse(body: ContainerBody, api: Api): void {
  const { HostConfig } = body;
  for (const mount of HostConfig.Mounts ?? []) {
    if ((mount.VolumeOptions?.Subpath ?? '') !== '' && !api.podmanAtLeast('6.0.0')) {
      throw new EngineError(
        'unsupported',
        call,
        `Podman ${api.facts.version} mounts the whole volume instead of its folder`,
        {
          hint: `remove "subpath" from the mount at ${mount.Target}, or use another engine`,
        },
      );
    }
    if (api.local && isMissingBind(mount)) {
      throw new EngineError('invalid', call, `bind source path does not exist: ${mount.Source}`, {
        hint: 'make the folder, or allow it with "create_host_path: true"',
      });
    }
  }
  const shared = (HostConfig.NetworkMode ?? '').startsWith('container:');
  if (shared && Object.keys(HostConfig.PortBindings ?? {}).length > 0) {
    throw new EngineError('invalid', call, 'ports can not be published in the network of another container', {
      hint: 'publish them on the container that owns the network',
    });
  }
}

/** Docker refuses such a mount; Podman makes the folder. */
function isMissingBind(mount: MountBody): boolean {
  if (mount.Type !== 'bind' || mount.BindOptions?.CreateMountpoint === true) return false;
  const source = mount.Source ?? '';
  return source.startsWith('/') && !existsSync(source);
}

/** Labels of a volume are dropped in a mount: the volume is made before. */
async function makeVolumes(api: Api, mounts: readonly MountBody[]): Promise<void> {
  for (const { Type, Source, VolumeOptions } of mounts) {
    if (Type !== 'volume' || Source === undefined || Source === '') continue;
    const { Labels, DriverConfig } = VolumeOptions ?? {};
    if (Labels === undefined && DriverConfig === undefined) continue;
    const driver = { Driver: DriverConfig?.Name, DriverOpts: DriverConfig?.Options };
    await api.json('POST', '/volumes/create', { body: { Name: Source, Labels: Labels ?? {}, ...driver } });
  }
}

/** `host-gateway` is written as it stands before 4.7: the address of the network's gateway takes its place. */
async function withGateway(api: Api, body: ContainerBody): Promise<ContainerBody> {
  const hosts = body.HostConfig.ExtraHosts ?? [];
  if (api.podmanAtLeast('4.7.0') || !hosts.some((host) => host.endsWith('host-gateway'))) return body;
  const gateway = await gatewayOf(api, body);
  if (gateway === undefined) return body;
  const ExtraHosts = hosts.map((host) => host.replace(/host-gateway$/, gateway));
  return { ...body, HostConfig: { ...body.HostConfig, ExtraHosts } };
}

async function gatewayOf(api: Api, body: ContainerBody): Promise<string | undefined> {
  const mode = body.HostConfig.NetworkMode ?? '';
  const names = [mode, ...Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {})];
  const name = names.find((one) => !['', 'default', 'bridge', 'host', 'none'].includes(one)) ?? 'podman';
  const network = objectOf(await api.json('GET', `/networks/${segment(name)}`).catch(() => undefined));
  const pools = objectOf(network['IPAM'])['Config'];
  const first: unknown = Array.isArray(pools) ? pools[0] : undefined;
  return textOf(objectOf(first)['Gateway']) || undefined;
}
