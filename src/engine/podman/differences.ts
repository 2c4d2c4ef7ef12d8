import { readFileSync } from 'node:fs';
import type { ContainerBody } from '../../model/bodies.ts';
import { compareVersions } from '../client/api.ts';

/**
 * What Podman's Docker-compatible API takes in a create body and drops without a word. `until` is the
 * first version that no longer does; undefined: none known.
 */
const dropped: readonly {
  readonly what: string;
  readonly until?: string;
  readonly used: (body: ContainerBody) => boolean;
}[] = [
  { what: 'domainname', used: (body) => (body.Domainname ?? '') !== '' },
  {
    what: 'device_cgroup_rules',
    until: '4.4.0',
    used: ({ HostConfig }) => isFilled(HostConfig.DeviceCgroupRules),
  },
  {
    what: 'device requests (gpus)',
    until: '5.4.0',
    used: ({ HostConfig }) => isFilled(HostConfig.DeviceRequests),
  },
  { what: 'healthcheck.start_interval', used: (body) => (body.Healthcheck?.StartInterval ?? 0) > 0 },
  { what: 'masked paths', used: ({ HostConfig }) => isFilled(HostConfig.MaskedPaths) },
  { what: 'read-only paths', used: ({ HostConfig }) => isFilled(HostConfig.ReadonlyPaths) },
];

function isFilled(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0;
}

/** One sentence for each setting that this version of Podman ignores. */
export function droppedSettings(body: ContainerBody, version: string): string[] {
  return dropped
    .filter(({ until }) => until === undefined || compareVersions(version, until) < 0)
    .filter(({ used }) => used(body))
    .map(({ what }) => `Podman ${version} ignores ${what}`);
}

/** Podman has no `local` log driver; its own default is used in its place. */
export function withoutLocalLog(body: ContainerBody): { body: ContainerBody; warnings: string[] } {
  if (body.HostConfig.LogConfig?.Type !== 'local') return { body, warnings: [] };
  const { LogConfig: _, ...rest } = body.HostConfig;
  const warnings = ['Podman has no log driver "local": its default is used'];
  return { body: { ...body, HostConfig: rest }, warnings };
}

/** A MAC address of the container goes to its network: Podman drops the other place. */
export function withEndpointMac(body: ContainerBody): ContainerBody {
  const { MacAddress, ...rest } = body;
  const mode = body.HostConfig.NetworkMode ?? '';
  const configs = body.NetworkingConfig?.EndpointsConfig ?? {};
  const name = Object.hasOwn(configs, mode) ? mode : Object.keys(configs)[0];
  if (MacAddress === undefined || MacAddress === '' || name === undefined) return body;
  const endpoint = { MacAddress, ...configs[name] };
  return { ...rest, NetworkingConfig: { EndpointsConfig: { ...configs, [name]: endpoint } } };
}

/**
 * Naming one limit makes Podman forget its configured defaults of the others and ask for a million
 * processes and files, which fails where that is not allowed; so these two are always sent together.
 */
export function withBothLimits(body: ContainerBody, limits: readonly Limit[] = ownLimits()): ContainerBody {
  const given = body.HostConfig.Ulimits ?? [];
  if (given.length === 0) return body;
  const missing = limits.filter((limit) => !given.some((one) => one.Name === limit.Name));
  return { ...body, HostConfig: { ...body.HostConfig, Ulimits: [...given, ...missing] } };
}

interface Limit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

const million = 1_048_576;

/** This process's own limits: what a Podman service beside it may grant. */
function ownLimits(): Limit[] {
  let text = '';
  try {
    text = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return [];
  }
  return [limitIn(text, 'nofile', 'Max open files'), limitIn(text, 'nproc', 'Max processes')].flat();
}

function limitIn(text: string, name: string, title: string): Limit[] {
  const match = new RegExp(`^${title}\\s+(\\S+)\\s+(\\S+)`, 'm').exec(text);
  if (match === null) return [];
  const hard = match[2] === 'unlimited' ? million : Math.min(million, Number(match[2]));
  return [{ Name: name, Soft: hard, Hard: hard }];
}
