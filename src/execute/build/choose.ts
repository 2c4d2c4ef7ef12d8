import { UserError } from '../../diagnostic/errors.ts';
import type { CacheEntry } from '../../engine/build-request.ts';
import type { Build } from '../../model/service.ts';
import { isOff } from '../../util/boolean.ts';
import { cacheEntry } from './cache.ts';
import { isRemote } from './remote.ts';

/** What is known of the engine that shall build. */
export interface Ground {
  readonly kind: 'docker' | 'podman';
  /** The API's version, such as `1.41`. */
  readonly apiVersion: string;
  /** DOCKER_BUILDKIT=0 */
  readonly classicWanted: boolean;
  /** Images of several platforms and attestations can be kept. Asked only when it matters. */
  readonly keepsIndexes: () => Promise<boolean>;
}

export interface Choice {
  readonly builder: 'buildkit' | 'classic' | 'podman';
  /** The builder knows `additional_contexts`; for the others they are made into images first. */
  readonly namedContexts: boolean;
  /** What the builder does without, in words for people. */
  readonly without: readonly string[];
  /** Why it is not BuildKit though that is there. */
  readonly because?: string;
}

/**
 * Which builder makes the image. What none can do is refused: an image that silently is another one than the file
 * describes helps nobody.
 * @throws UserError that names what can't be done
 */
export async function chooseBuilder(
  service: string,
  build: Build & { readonly memory?: number },
  ground: Ground,
): Promise<Choice> {
  if (ground.kind === 'podman') return podman(service, build);
  const needs = needsBuildKit(build);
  if (ground.classicWanted) return classic(service, needs);
  const modern = Number(ground.apiVersion.split('.')[1]) >= firstModernApi;
  const lacks = lacksOfBuildKit(build, modern);
  if (lacks.length > 0) {
    if (needs.length > 0) throw neither(service, needs, lacks);
    return { builder: 'classic', namedContexts: false, without: [], because: lacks.join(', ') };
  }
  await checkIndexes(service, build, ground);
  if (!modern) checkOldCache(service, build);
  const without = build.memory !== undefined && modern ? ['--memory'] : [];
  return { builder: 'buildkit', namedContexts: modern, without };
}

/** Docker 23: its Dockerfile front end knows named contexts, ulimits, the size of /dev/shm and here-documents. */
const firstModernApi = 42;

/** Attributes in the words of docker compose's refusals. */
function needsBuildKit(build: Build): string[] {
  const { entitlements = [], cache_to = [], cache_from = [], platforms = [] } = build;
  const remote = (entry: string) => cacheEntry(entry).type !== 'registry';
  return [
    ...(platforms.length > 1 ? ['multi-arch build'] : []),
    ...(build.privileged || entitlements.length > 0 ? ['privileged mode'] : []),
    ...(build.ssh?.length ? ['SSH keys'] : []),
    ...(build.secrets?.length ? ['secrets'] : []),
    ...(cache_to.length > 0 ? ['cache_to'] : []),
    ...(cache_from.some(remote) ? ['cache_from other than images'] : []),
    ...(attests(build.provenance) ? ['provenance'] : []),
    ...(attests(build.sbom) ? ['sbom'] : []),
    ...(build.no_cache_filter?.length ? ['no_cache_filter'] : []),
  ];
}

/** What buildx takes for no: a boolean, or `disabled=true` among the settings. */
export function attests(value: string | undefined): boolean {
  if (value === undefined || value === '' || isOff(value)) return false;
  return !/(?:^|,)disabled=(?:1|t|true)(?:,|$)/i.test(value);
}

/** Attributes whose names are not the first word of what they are called in a refusal. */
const attributes: Readonly<Record<string, string>> = {
  ...{ 'multi-arch build': 'platforms', 'privileged mode': 'privileged', 'SSH keys': 'ssh' },
  'folder of a repository as context': 'context',
};

function pathOf(service: string, what: string): string {
  return `services.${service}.build.${attributes[what] ?? what.split(' ')[0]}`;
}

/** What the classic builder can and BuildKit can't, or at this age takes without heeding it. */
function lacksOfBuildKit(build: Build & { readonly memory?: number }, modern: boolean): string[] {
  const { network = 'default', isolation = 'default' } = build;
  return [
    ...(['default', 'host', 'none', ''].includes(network) ? [] : [`network ${network}`]),
    ...(['default', ''].includes(isolation) ? [] : [`isolation ${isolation}`]),
    ...(!modern && build.ulimits !== undefined ? ['ulimits'] : []),
    ...(!modern && build.shm_size !== undefined ? ['shm_size'] : []),
    ...(!modern && build.memory !== undefined ? ['--memory'] : []),
    ...(!modern && isSubfolder(build.context ?? '') ? ['folder of a repository as context'] : []),
  ];
}

/** `…#REF:FOLDER` */
function isSubfolder(context: string): boolean {
  return isRemote(context) && /#[^:]*:./.test(context);
}

function classic(service: string, needs: readonly string[]): Choice {
  const [first] = needs;
  if (first === undefined) return { builder: 'classic', namedContexts: false, without: [] };
  throw new UserError(
    'build-unsupported',
    `service "${service}": the classic builder doesn't support ${needs.join(', ')}, set DOCKER_BUILDKIT=1 to use BuildKit`,
    { hint: 'or unset DOCKER_BUILDKIT', path: pathOf(service, first) },
  );
}

function neither(service: string, needs: readonly string[], lacks: readonly string[]): UserError {
  return new UserError(
    'build-unsupported',
    `service "${service}": this engine's BuildKit has no ${lacks.join(', ')}, and its classic builder no ${needs.join(', ')}`,
    {
      hint: 'leave one side out, or use a newer engine (Docker 23 or later)',
      path: pathOf(service, lacks[0]!),
    },
  );
}

/** Several platforms and attestations make an index of images, which only containerd's image store keeps. */
async function checkIndexes(service: string, build: Build, { keepsIndexes }: Ground): Promise<void> {
  const several = (build.platforms?.length ?? 0) > 1;
  const attested = attests(build.provenance) || attests(build.sbom);
  if ((!several && !attested) || (await keepsIndexes())) return;
  const what = several ? 'Multi-platform build' : 'Attestation';
  throw new UserError(
    'build-unsupported',
    `service "${service}": ${what} is not supported for the docker driver.`,
    {
      hint: several
        ? 'name one platform, or turn on the containerd image store of the engine'
        : 'leave out provenance and sbom, or turn on the containerd image store of the engine',
      path: pathOf(service, several ? 'platforms' : attests(build.sbom) ? 'sbom' : 'provenance'),
    },
  );
}

function checkOldCache(service: string, build: Build): void {
  const entries: CacheEntry[] = (build.cache_to ?? []).map(cacheEntry);
  const wrong = entries.find(({ type }) => type !== 'inline');
  if (wrong === undefined) return;
  throw new UserError(
    'build-unsupported',
    `service "${service}": this engine's BuildKit can't write a cache of type ${wrong.type}`,
    { hint: 'use type=inline, or a newer engine (Docker 23 or later)', path: pathOf(service, 'cache_to') },
  );
}

/** Podman builds with Buildah; its API takes no session. */
function podman(service: string, build: Build): Choice {
  const { isolation = 'default', network = 'default' } = build;
  const refused = [
    ...needsBuildKit(build).filter((what) => !tolerable.includes(what)),
    ...(['default', ''].includes(isolation) ? [] : [`isolation ${isolation}`]),
    // Its steps are always in the network of the host.
    ...(['default', 'host', ''].includes(network) ? [] : [`network ${network}`]),
  ];
  if (refused.length > 0) {
    throw new UserError(
      'build-unsupported',
      `service "${service}": Podman's builder doesn't support ${refused.join(', ')} over its API`,
      {
        hint: 'build the image with "podman build" and name it with "image", or leave that out',
        path: pathOf(service, refused[0]!),
      },
    );
  }
  const without = needsBuildKit(build).filter((what) => tolerable.includes(what));
  return { builder: 'podman', namedContexts: false, without };
}

/** The image comes out the same without these. */
const tolerable = ['cache_to', 'cache_from other than images', 'provenance', 'sbom', 'no_cache_filter'];
