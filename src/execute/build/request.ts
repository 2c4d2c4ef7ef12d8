import { UserError } from '../../diagnostic/errors.ts';
import type { BuildRequest } from '../../engine/images.ts';
import { label } from '../../model/labels.ts';
import type { StringMap } from '../../model/scalars.ts';
import type { Build } from '../../model/service.ts';
import type { OperationOf } from '../../plan/operations.ts';
import { parseBytes } from '../../util/bytes.ts';

/** True for a context that the engine fetches itself. */
export function isRemote(context: string): boolean {
  return /^(https?:\/\/|git:\/\/|ssh:\/\/|git@|github\.com\/)/.test(context);
}

/** Build arguments; one without a value comes from the environment, or stays away. */
export function buildArguments(args: Build['args'], environment: StringMap): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args ?? {}).flatMap(([name, value]) => {
      const text = value ?? environment[name];
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** What the engine's builder can't do: an error if the build would come out wrong, else a warning. */
export function checkBuild(service: string, build: Build): readonly string[] {
  const impossible = [
    ...(build.secrets?.length ? ['secrets'] : []),
    ...(build.ssh?.length ? ['ssh'] : []),
    ...(Object.keys(build.additional_contexts ?? {}).length > 0 ? ['additional_contexts'] : []),
    ...(build.privileged ? ['privileged'] : []),
  ];
  if (impossible.length > 0) {
    throw new UserError(
      'build-unsupported',
      `service "${service}": this engine's builder has no build.${impossible.join(', build.')}`,
      {
        hint: 'build the image by other means and name it with "image", or do without',
      },
    );
  }
  const without = [
    ...(build.cache_to?.length ? ['cache_to'] : []),
    ...(build.no_cache_filter?.length ? ['no_cache_filter'] : []),
    ...(build.entitlements?.length ? ['entitlements'] : []),
    ...(build.provenance !== undefined ? ['provenance'] : []),
    ...(build.sbom !== undefined ? ['sbom'] : []),
    ...((build.platforms?.length ?? 0) > 1 ? [`platforms beyond ${build.platforms![0]}`] : []),
  ];
  return without.map((what) => `service "${service}": this engine's builder does without build ${what}`);
}

/** The part of a build request that follows from the model. */
export function buildRequest(
  { image, service, build, platform, noCache, pull }: OperationOf<'build-image'>,
  project: string,
  environment: StringMap,
): Omit<BuildRequest, 'context' | 'dockerfile'> {
  const platforms = platform ?? build.platforms?.[0];
  return {
    tags: [image, ...(build.tags ?? []).filter((tag) => tag !== image)],
    args: buildArguments(build.args, environment),
    labels: { ...build.labels, [label.project]: project, [label.service]: service },
    ...(build.target !== undefined && { target: build.target }),
    ...((noCache || build.no_cache) && { noCache: true }),
    ...((pull || build.pull) && { pull: true }),
    ...(build.network !== undefined && { network: build.network }),
    ...(build.shm_size !== undefined && { shmSize: parseBytes(build.shm_size) }),
    ...(build.extra_hosts !== undefined && {
      extraHosts: build.extra_hosts.map((entry) => entry.replace('=', ':')),
    }),
    ...(build.cache_from !== undefined && { cacheFrom: build.cache_from.map(cacheImage) }),
    ...(build.ulimits !== undefined && { ulimits: ulimitsOf(build.ulimits) }),
    ...(build.isolation !== undefined && { isolation: build.isolation }),
    ...(platforms !== undefined && { platform: platforms }),
  };
}

/** `type=registry,ref=IMAGE` → `IMAGE` */
function cacheImage(entry: string): string {
  return /(?:^|,)ref=([^,]+)/.exec(entry)?.[1] ?? entry;
}

function ulimitsOf(ulimits: NonNullable<Build['ulimits']>): NonNullable<BuildRequest['ulimits']> {
  return Object.entries(ulimits).map(([Name, value]) => {
    if (typeof value === 'number') return { Name, Soft: value, Hard: value };
    const Soft = value.soft ?? value.hard ?? 0;
    return { Name, Soft, Hard: value.hard ?? Soft };
  });
}
