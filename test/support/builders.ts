import { dependenciesOf } from '../../src/model/graph.ts';
import { label } from '../../src/model/labels.ts';
import { imageName } from '../../src/model/names.ts';
import type { Network, Project, Volume } from '../../src/model/project.ts';
import type { Service } from '../../src/model/service.ts';
import type { Observed } from '../../src/observe/observed.ts';
import type { UpIntent } from '../../src/plan/intent.ts';
import type { Materials } from '../../src/plan/materials.ts';

/** A project with a default network, for planner tests. */
export function project(services: Record<string, Service>, more: Partial<Project> = {}): Project {
  return {
    name: 'p',
    workingDir: '/p',
    configFiles: ['/p/compose.yaml'],
    environmentFiles: [],
    environment: {},
    activeProfiles: [],
    services: Object.fromEntries(
      Object.entries(services).map(([name, s]) => [
        name,
        s.networks === undefined && s.network_mode === undefined ? { ...s, networks: { default: null } } : s,
      ]),
    ),
    disabledServices: {},
    networks: { default: network('p_default') },
    volumes: {},
    configs: {},
    secrets: {},
    models: {},
    extensions: {},
    ...more,
  };
}

export function network(name: string, more: Partial<Network> = {}): Network {
  return { name, ipam: {}, ...more };
}

export function volume(name: string, more: Partial<Volume> = {}): Volume {
  return { name, ...more };
}

/** An engine that holds nothing but the images of these services. */
export function emptyEngine(of: Project, engine = 'local'): Observed {
  return {
    engine,
    facts: {
      kind: 'docker',
      version: '20.10.24',
      apiVersion: '1.41',
      os: 'linux',
      arch: 'amd64',
      address: '',
    },
    containers: [],
    networks: [],
    volumes: [],
    images: Object.fromEntries(
      Object.entries(of.services).map(([name, service]) => {
        const reference = imageName(of.name, name, service);
        return [reference, { id: `sha256:pulled-${reference}` }];
      }),
    ),
  };
}

export function upIntent(more: Partial<UpIntent> = {}): UpIntent {
  return { command: 'up', services: [], start: true, ...more };
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function plainText({
  depends_on: _,
  scale: __,
  profiles: ___,
  pull_policy: ____,
  build: _____,
  ...rest
}: Service): string {
  return text(rest);
}

/** Bodies of a few fields and hashes that are the text itself: enough for decisions, and easy to read. */
export const plainMaterials: Materials = {
  serviceHash: plainText,
  hashedText: plainText,
  networkHash: text,
  volumeHash: text,
  container: ({ project: p, serviceName, service, number, containerOf, inherited, labels }) => {
    const networks = Object.keys(service.networks ?? {}).map((key) => p.networks[key]!.name);
    const mode = service.network_mode?.startsWith('service:')
      ? `container:${containerOf(service.network_mode.slice('service:'.length))}`
      : service.network_mode;
    const mounts = (service.volumes ?? []).map((m) => ({
      Type: m.type,
      Target: m.target ?? '',
      ...(m.source !== undefined && { Source: p.volumes[m.source]?.name ?? m.source }),
    }));
    const targets = mounts.map((m) => m.Target);
    const kept = inherited
      .filter(
        (m) =>
          !targets.includes(m.destination) || mounts.some((w) => w.Target === m.destination && !w.Source),
      )
      .map((m) => ({ Type: 'volume', Source: m.name, Target: m.destination }));
    const own = mounts.filter((m) => !kept.some((k) => k.Target === m.Target));
    return {
      body: {
        Image: imageName(p.name, serviceName, service),
        Labels: {
          [label.project]: p.name,
          [label.service]: serviceName,
          [label.number]: String(number),
          [label.oneOff]: 'False',
          [label.dependsOn]: [...dependenciesOf(service)]
            .map(([d, { condition, restart }]) => `${d}:${condition}:${restart === true}`)
            .join(','),
          [label.configFiles]: p.configFiles.join(','),
          ...labels,
        },
        HostConfig: {
          Mounts: [...own, ...kept],
          ...(service.ports !== undefined && {
            PortBindings: Object.fromEntries(
              service.ports.map((p) => [`${p.target}/tcp`, [{ HostPort: p.published ?? '' }]]),
            ),
          }),
          ...(mode !== undefined && { NetworkMode: mode }),
        },
        NetworkingConfig: { EndpointsConfig: Object.fromEntries(networks.map((n) => [n, {}])) },
      },
      connect: [],
      files: [],
      warnings: [],
    };
  },
  endpoint: (_, serviceName, __, name) => ({ Aliases: [name, serviceName] }),
  preStart: (p, name, hook, container) => ({
    body: {
      Image: hook.image ?? imageName(p.name, name, p.services[name]!),
      Labels: { [label.project]: p.name, [label.service]: name, [label.hook]: 'pre_start' },
      HostConfig: { VolumesFrom: [container] },
    },
    connect: [],
  }),
  network: (p, key) => ({
    Name: p.networks[key]!.name,
    Labels: {
      [label.project]: p.name,
      [label.network]: key,
      [label.configHash]: text(p.networks[key]),
    },
  }),
  volume: (p, key) => ({
    Name: p.volumes[key]!.name,
    ...(p.volumes[key]!.driver_opts !== undefined && { DriverOpts: { ...p.volumes[key]!.driver_opts } }),
    Labels: {
      [label.project]: p.name,
      [label.volume]: key,
      [label.configHash]: text(p.volumes[key]),
    },
  }),
  compare: () => undefined,
};
