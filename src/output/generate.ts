import type { ContainerDetails, MountSummary } from '../engine/engine.ts';
import type { ImageDetails } from '../engine/images.ts';
import type { HealthcheckBody } from '../model/bodies.ts';
import { label } from '../model/labels.ts';

/** A container, and the image that it was made from if the engine still has it. */
export interface Found {
  readonly container: ContainerDetails;
  readonly image: ImageDetails | undefined;
}

type Tree = Readonly<Record<string, unknown>>;

/**
 * A compose file for containers that run already: what of them does not come from their images. Volumes and
 * networks are external, so that a later `up` takes the same ones, data included.
 * @param name of the project; '' for none
 */
export function generatedProject(found: readonly Found[], name: string): Tree {
  const services = new Map<string, Tree>();
  const volumes = new Set<string>();
  const networks = new Set<string>();
  for (const one of found) {
    const { container } = one;
    const service = container.body.Labels[label.service] ?? container.name;
    const before = services.get(service);
    services.set(
      service,
      before === undefined ? serviceOf(one) : { ...before, scale: Number(before['scale'] ?? 1) + 1 },
    );
    for (const mount of container.mounts) if (mount.type === 'volume') volumes.add(mount.name);
    for (const network of ownNetworks(container)) networks.add(network);
  }
  return {
    ...(name !== '' && { name }),
    services: sortedEntries(services),
    ...(networks.size > 0 && { networks: externals(networks) }),
    ...(volumes.size > 0 && { volumes: externals(volumes) }),
  };
}

function serviceOf({ container, image }: Found): Tree {
  const { body } = container;
  const host = body.HostConfig;
  const base = image?.config;
  const own = <T>(value: T | undefined, fromImage: unknown): T | undefined =>
    JSON.stringify(value ?? null) === JSON.stringify(fromImage ?? null) ? undefined : value;
  const environment = (body.Env ?? []).filter((entry) => !(base?.env ?? []).includes(entry));
  const labels = Object.entries(body.Labels).filter(
    ([key, value]) => !/^(com\.docker\.compose|desktop\.docker\.io)/.test(key) && base?.labels[key] !== value,
  );
  const all: Tree = {
    image: container.image,
    entrypoint: own(body.Entrypoint ?? undefined, base?.entrypoint),
    command: own(body.Cmd ?? undefined, base?.cmd),
    environment: escaped(environment),
    working_dir: own(body.WorkingDir, base?.workingDir) || undefined,
    user: own(body.User, base?.user) || undefined,
    hostname: container.id.startsWith(body.Hostname ?? '') ? undefined : body.Hostname,
    labels: escaped(labels.map(([key, value]) => `${key}=${value}`)),
    ports: portsOf(host.PortBindings ?? {}),
    volumes: container.mounts.filter(({ type }) => type === 'volume' || type === 'bind').map(volumeOf),
    tmpfs: Object.entries(host.Tmpfs ?? {}).map(([path, options]) => (options ? `${path}:${options}` : path)),
    ...networksOf(container),
    restart: restartOf(host.RestartPolicy),
    healthcheck: own(body.Healthcheck, base?.healthcheck) && healthOf(body.Healthcheck ?? {}),
    stop_signal: own(body.StopSignal, base?.stopSignal) || undefined,
    privileged: host.Privileged || undefined,
    read_only: host.ReadonlyRootfs || undefined,
    init: host.Init || undefined,
    tty: body.Tty || undefined,
    stdin_open: body.OpenStdin || undefined,
    cap_add: host.CapAdd,
    cap_drop: host.CapDrop,
    extra_hosts: host.ExtraHosts,
    dns: host.Dns,
    group_add: host.GroupAdd,
    security_opt: host.SecurityOpt,
    mem_limit: host.Memory || undefined,
    cpus: host.NanoCpus ? host.NanoCpus / 1e9 : undefined,
    pids_limit: host.PidsLimit || undefined,
  };
  const kept = Object.entries(all).filter(
    ([, value]) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept);
}

/** `$` starts a variable in a compose file. */
function escaped(texts: readonly string[]): readonly string[] {
  return texts.map((text) => text.replaceAll('$', '$$$$'));
}

function portsOf(
  bindings: NonNullable<ContainerDetails['body']['HostConfig']['PortBindings']>,
): readonly string[] {
  return Object.entries(bindings).flatMap(([inside, hosts]) =>
    hosts.map(({ HostIp: ip = '', HostPort: port = '' }) => {
      const address = ip.includes(':') ? `[${ip}]` : ip;
      const outside = [address, port].filter((part) => part !== '').join(':');
      return `${outside === '' ? '' : `${outside}:`}${inside.replace(/\/tcp$/, '')}`;
    }),
  );
}

function volumeOf({ type, name, source, destination, readWrite }: MountSummary): Tree {
  return {
    ...{ type, source: type === 'volume' ? name : source, target: destination },
    ...(!readWrite && { read_only: true }),
  };
}

function ownNetworks({ networks }: ContainerDetails): readonly string[] {
  return Object.keys(networks).filter((name) => !['bridge', 'host', 'none', 'podman'].includes(name));
}

function networksOf(container: ContainerDetails): Tree {
  const own = ownNetworks(container);
  const { NetworkMode: mode = '' } = container.body.HostConfig;
  if (own.length === 0)
    return mode === 'default' || mode === '' ? { network_mode: 'bridge' } : { network_mode: mode };
  const entries = own.map((name) => {
    const known = [container.name, container.id.slice(0, 12), container.body.Labels[label.service]];
    const aliases = (container.networks[name]?.aliases ?? []).filter((alias) => !known.includes(alias));
    return [name, aliases.length === 0 ? null : { aliases }] as const;
  });
  return { networks: Object.fromEntries(entries) };
}

function restartOf(policy: ContainerDetails['body']['HostConfig']['RestartPolicy']): string | undefined {
  if (policy === undefined || ['', 'no'].includes(policy.Name)) return undefined;
  return policy.MaximumRetryCount ? `${policy.Name}:${policy.MaximumRetryCount}` : policy.Name;
}

function healthOf({ Test, Interval, Timeout, StartPeriod, StartInterval, Retries }: HealthcheckBody): Tree {
  const span = (nanoseconds: number | undefined) => (nanoseconds ? `${nanoseconds / 1e6}ms` : undefined);
  const all = {
    ...{ test: Test, interval: span(Interval), timeout: span(Timeout), start_period: span(StartPeriod) },
    ...{ start_interval: span(StartInterval), retries: Retries || undefined },
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function externals(names: ReadonlySet<string>): Tree {
  return Object.fromEntries([...names].sort().map((name) => [name, { name, external: true }]));
}

function sortedEntries(all: ReadonlyMap<string, Tree>): Tree {
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}
