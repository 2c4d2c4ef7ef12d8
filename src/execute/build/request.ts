import type { BuildRequest } from '../../engine/build-request.ts';
import { label } from '../../model/labels.ts';
import type { StringMap } from '../../model/scalars.ts';
import type { Build } from '../../model/service.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { parseBytes } from '../../util/bytes.ts';
import { cacheEntry } from './cache.ts';
import { attests, type Choice } from './choose.ts';

/** Build arguments; one without a value comes from the environment, or stays away. */
export function buildArguments(args: Build['args'], environment: StringMap): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args ?? {}).flatMap(([name, value]) => {
      const text = value ?? environment[name];
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

export interface RequestFacts {
  readonly project: string;
  readonly environment: StringMap;
  readonly builder: Choice['builder'];
  /** For the label `version`. */
  readonly toolVersion?: string | undefined;
  /** Arguments for proxies that the user's Docker configuration names; own arguments come before. */
  readonly proxies?: StringMap | undefined;
}

/** The part of a build request that follows from the model. */
export function buildRequest(
  { image, service, build, noCache, pull, memory }: OperationOf<'build-image'>,
  { project, environment, builder, toolVersion, proxies }: RequestFacts,
): Omit<BuildRequest, 'context' | 'dockerfile'> {
  const args = withProxies(buildArguments(build.args, environment), proxies ?? {});
  const inline = ['1', 'true', 't'].includes((args['BUILDKIT_INLINE_CACHE'] ?? '').toLowerCase());
  const cacheTo = [...(build.cache_to ?? []), ...(inline ? ['type=inline'] : [])].map(cacheEntry);
  const { entitlements = [], privileged } = build;
  const granted = [...entitlements, ...(privileged ? ['security.insecure'] : [])];
  const attestations = attestationsOf(build);
  return {
    ...(builder !== 'podman' && { builder }),
    tags: [...new Set([image, ...(build.tags ?? [])])],
    args,
    labels: {
      ...build.labels,
      ...{ [label.project]: project, [label.service]: service },
      ...(toolVersion !== undefined && { [label.version]: toolVersion }),
      ...(builder === 'classic' && { [label.imageBuilder]: 'classic' }),
    },
    ...(build.target !== undefined && { target: build.target }),
    ...((noCache || build.no_cache) && { noCache: true }),
    ...(build.no_cache_filter !== undefined && { noCacheFilter: build.no_cache_filter }),
    ...((pull || build.pull) && { pull: true }),
    ...(build.network !== undefined && { network: build.network }),
    ...(build.shm_size !== undefined && { shmSize: parseBytes(build.shm_size) }),
    ...(build.extra_hosts !== undefined && {
      extraHosts: build.extra_hosts.map((entry) => entry.replace('=', ':')),
    }),
    ...(build.cache_from !== undefined && { cacheFrom: build.cache_from.map(cacheEntry) }),
    ...(cacheTo.length > 0 && { cacheTo }),
    ...(build.ulimits !== undefined && { ulimits: ulimitsOf(build.ulimits) }),
    ...(build.isolation !== undefined && { isolation: build.isolation }),
    ...(build.platforms !== undefined && { platforms: build.platforms }),
    ...(granted.length > 0 && { entitlements: granted }),
    ...(Object.keys(attestations).length > 0 && { attestations }),
    ...(memory !== undefined && { memory }),
  };
}

/** The arguments and those for proxies. A proxy is named in small and in capital letters: either stands for both. */
export function withProxies(args: StringMap, proxies: StringMap): Record<string, string> {
  const names = new Set(Object.keys(args).map((name) => name.toLowerCase()));
  const more = Object.entries(proxies).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...Object.fromEntries(more), ...args };
}

/** `true` stands for the kind alone, everything else is its settings. */
function attestationsOf({ provenance, sbom }: Build): Record<string, string> {
  const wanted = { provenance, sbom };
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([kind, value]) => {
      if (!attests(value)) return [];
      return [[kind, /^(?:1|t|true)$/i.test(value!) ? `type=${kind}` : `type=${kind},${value}`]];
    }),
  );
}

function ulimitsOf(ulimits: NonNullable<Build['ulimits']>): NonNullable<BuildRequest['ulimits']> {
  return Object.entries(ulimits).map(([Name, value]) => {
    if (typeof value === 'number') return { Name, Soft: value, Hard: value };
    const Soft = value.soft ?? value.hard ?? 0;
    return { Name, Soft, Hard: value.hard ?? Soft };
  });
}
