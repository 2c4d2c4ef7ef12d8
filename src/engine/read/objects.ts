import {
  flagOf,
  listOf,
  numberOf,
  objectOf,
  type Raw,
  textMapOf,
  textOf,
  textsOf,
  textsOrNull,
} from '../../util/json.ts';
import type { EngineInfo, NetworkSummary, VolumeSummary } from '../engine.ts';
import type { ImageDetails, ImageSummary } from '../images.ts';
import { imageId } from './summary.ts';

export function networkSummary(raw: Raw): NetworkSummary {
  const ipam = objectOf(raw['IPAM']);
  return {
    id: textOf(raw['Id']),
    name: textOf(raw['Name']),
    driver: textOf(raw['Driver']),
    scope: textOf(raw['Scope']),
    internal: flagOf(raw['Internal']),
    attachable: flagOf(raw['Attachable']),
    enableIPv6: flagOf(raw['EnableIPv6']),
    labels: textMapOf(raw['Labels']),
    options: textMapOf(raw['Options']),
    ipam: {
      Driver: textOf(ipam['Driver']),
      Options: textMapOf(ipam['Options']),
      Config: listOf(ipam['Config']).map((entry) => {
        const pool = objectOf(entry);
        const addresses = textMapOf(pool['AuxiliaryAddresses'] ?? pool['AuxAddress']);
        return {
          ...present('Subnet', pool),
          ...present('IPRange', pool),
          ...present('Gateway', pool),
          ...(Object.keys(addresses).length === 0 ? {} : { AuxiliaryAddresses: addresses }),
        };
      }),
    },
    containers: Object.keys(objectOf(raw['Containers'])),
  };
}

function present<K extends string>(key: K, raw: Raw): { [P in K]?: string } {
  const text = textOf(raw[key]);
  const result: { [P in K]?: string } = {};
  if (text !== '') result[key] = text;
  return result;
}

export function volumeSummary(raw: Raw): VolumeSummary {
  return {
    name: textOf(raw['Name']),
    driver: textOf(raw['Driver']),
    mountpoint: textOf(raw['Mountpoint']),
    scope: textOf(raw['Scope']),
    created: textOf(raw['CreatedAt']),
    labels: textMapOf(raw['Labels']),
    options: textMapOf(raw['Options']),
  };
}

/** `<none>:<none>` is how engines write "no name". */
function named(value: unknown): string[] {
  return textsOf(value).filter((name) => !name.includes('<none>'));
}

export function imageSummary(raw: Raw): ImageSummary {
  return {
    id: imageId(raw['Id']),
    repoTags: named(raw['RepoTags']),
    repoDigests: named(raw['RepoDigests']),
    labels: textMapOf(raw['Labels']),
    size: numberOf(raw['Size']),
    created: numberOf(raw['Created']),
  };
}

/** Platform and id of all manifests that are there, where the engine lists them. */
function manifestsOf(raw: Raw): readonly (readonly [platform: string, id: string])[] {
  return listOf(raw['Manifests'])
    .map(objectOf)
    .flatMap((manifest) => {
      if (manifest['Kind'] !== 'image' || manifest['Available'] !== true) return [];
      const { os, architecture, variant } = objectOf(objectOf(manifest['ImageData'])['Platform']);
      return platformOf(os, architecture, variant).map((one) => [one, textOf(manifest['ID'])] as const);
    });
}

function platformOf(...parts: readonly unknown[]): readonly string[] {
  const texts = parts.map(textOf);
  return texts[1] === '' ? [] : [texts.filter((text) => text !== '').join('/')];
}

export function imageDetails(raw: Raw): ImageDetails {
  const config = objectOf(raw['Config']);
  const shell = textsOf(config['Shell']);
  const manifests = manifestsOf(raw);
  const platforms = manifests.map(([platform]) => platform);
  return {
    id: imageId(raw['Id']),
    repoTags: named(raw['RepoTags']),
    repoDigests: named(raw['RepoDigests']),
    os: textOf(raw['Os']),
    arch: textOf(raw['Architecture']),
    variant: textOf(raw['Variant']),
    platforms: platforms.length > 0 ? platforms : platformOf(raw['Os'], raw['Architecture'], raw['Variant']),
    manifests: Object.fromEntries(manifests),
    size: numberOf(raw['Size']),
    created: textOf(raw['Created']),
    lastTagTime: textOf(objectOf(raw['Metadata'])['LastTagTime']),
    layers: textsOf(objectOf(raw['RootFS'])['Layers']),
    config: {
      env: textsOf(config['Env']),
      cmd: textsOrNull(config['Cmd']),
      entrypoint: textsOrNull(config['Entrypoint']),
      labels: textMapOf(config['Labels']),
      exposedPorts: Object.keys(objectOf(config['ExposedPorts'])),
      volumes: Object.keys(objectOf(config['Volumes'])),
      workingDir: textOf(config['WorkingDir']),
      user: textOf(config['User']),
      stopSignal: textOf(config['StopSignal']),
      ...(shell.length > 0 && { shell }),
      healthcheck: healthcheckOf(config['Healthcheck']),
    },
  };
}

function healthcheckOf(value: unknown): ImageDetails['config']['healthcheck'] {
  const raw = objectOf(value);
  const test = textsOf(raw['Test']);
  if (test.length === 0) return undefined;
  const times = Object.fromEntries(
    ['Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries']
      .filter((key) => numberOf(raw[key]) !== 0)
      .map((key) => [key, numberOf(raw[key])]),
  );
  return { Test: test, ...times };
}

export function engineInfo(raw: Raw): EngineInfo {
  const plugins = objectOf(raw['Plugins']);
  const state = textOf(objectOf(raw['Swarm'])['LocalNodeState']);
  return {
    id: textOf(raw['ID']),
    name: textOf(raw['Name']),
    ncpu: numberOf(raw['NCPU']),
    memoryBytes: numberOf(raw['MemTotal']),
    storageDriver: textOf(raw['Driver']),
    imageStore: JSON.stringify(raw['DriverStatus'] ?? '').includes('io.containerd.snapshotter')
      ? 'containerd'
      : 'graph',
    dockerRootDir: textOf(raw['DockerRootDir']),
    swarmActive: state === 'active',
    serverVersion: textOf(raw['ServerVersion']),
    securityOptions: textsOf(raw['SecurityOptions']),
    runtimes: Object.keys(objectOf(raw['Runtimes'])),
    volumeDrivers: textsOf(plugins['Volume']),
    networkDrivers: textsOf(plugins['Network']),
  };
}
