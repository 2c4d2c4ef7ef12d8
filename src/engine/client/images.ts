import { listOf, objectOf, type Raw, textOf } from '../../util/json.ts';
import type { BuildKit } from '../buildkit/build.ts';
import { buildImage } from '../docker/build.ts';
import type { LazyDockerode } from '../docker/dockerode.ts';
import { registryError } from '../docker/failures.ts';
import { emptyAuth, transferCalls } from '../docker/transfer.ts';
import type { Engine } from '../engine.ts';
import type { RegistryImage } from '../images.ts';
import { rebuilding } from '../podman/rebuild.ts';
import { imageDetails, imageSummary } from '../read/objects.ts';
import { splitReference } from '../reference.ts';
import { type Api, imagePath } from './api.ts';
import { filtersOf } from './filters.ts';
import { orUndefined } from './networks.ts';

type ImageCalls = Pick<
  Engine,
  | 'listImages'
  | 'inspectImage'
  | 'resolveImage'
  | 'pullImage'
  | 'pushImage'
  | 'tagImage'
  | 'removeImage'
  | 'saveImages'
  | 'loadImages'
  | 'buildImage'
  | 'checkBuild'
  | 'commitContainer'
>;

export function imageCalls(api: Api, dockerode: LazyDockerode): ImageCalls {
  const inspectImage: Engine['inspectImage'] = async (reference, { platforms } = {}) => {
    const manifests = platforms === true && !api.podman && api.atLeast('1.48') ? 1 : undefined;
    const query = { manifests };
    const raw = await orUndefined(api.json('GET', `${imagePath(reference)}/json`, { query }));
    return raw === undefined ? undefined : imageDetails(objectOf(raw));
  };
  const tagImage: Engine['tagImage'] = async (reference, target) => {
    const { name: repo, tag } = splitReference(target);
    await api.run('POST', `${imagePath(reference)}/tag`, { query: { repo, tag } });
  };
  const buildKit = lazyBuildKit(api);
  return {
    ...transferCalls(dockerode),
    inspectImage,
    resolveImage: (reference, auth) => resolveImage(api, reference, auth),
    tagImage,
    listImages: async (filter = {}) => {
      const names = filter.names === undefined ? {} : { reference: filter.names };
      const filters = filtersOf({ ...filter, other: { ...filter.other, ...names } });
      const rows = await api.json('GET', '/images/json', {
        query: { all: filter.all || undefined, filters },
      });
      return listOf(rows).map((row) => imageSummary(objectOf(row)));
    },
    removeImage: async (reference, { force, noPrune } = {}) => {
      const query = { force: force || undefined, noprune: noPrune || undefined };
      await api.run('DELETE', imagePath(reference), { query });
    },
    saveImages: (references, signal) =>
      api.stream('GET', '/images/get', { query: { names: references }, signal }),
    buildImage: async (request) => {
      if (request.builder === 'buildkit') return await (await buildKit()).build(request);
      const build = () => buildImage(dockerode, request, { podman: api.podman });
      const built = api.podman ? await rebuilding(request, build) : await build();
      const id = (await inspectImage(built))?.id ?? built;
      for (const tag of request.tags.slice(1)) await tagImage(id, tag);
      return id;
    },
    ...(!api.podman &&
      api.atLeast('1.46') && { checkBuild: async (request) => (await buildKit()).check(request) }),
    commitContainer: async (id, options) => {
      const target = options.reference === undefined ? undefined : splitReference(options.reference);
      const query = {
        container: id,
        repo: target?.name,
        tag: target?.tag,
        author: options.author,
        comment: options.message,
        pause: options.pause,
        changes: options.changes,
      };
      const raw = objectOf(await api.json('POST', '/commit', { query, body: {} }));
      const image = textOf(raw['Id'] ?? raw['ID']);
      return (await inspectImage(image))?.id ?? image;
    },
  };
}

/** BuildKit's protocol is loaded when the first build is due. */
function lazyBuildKit(api: Api): () => Promise<BuildKit> {
  let opened: Promise<BuildKit> | undefined;
  return () => {
    opened ??= import('../buildkit/build.ts').then(({ openBuildKit }) => openBuildKit(api));
    return opened;
  };
}

async function resolveImage(api: Api, reference: string, auth: string | undefined) {
  if (api.podman) return undefined;
  const headers = { 'X-Registry-Auth': auth ?? emptyAuth };
  try {
    const path = `/distribution/${reference.split('/').map(encodeURIComponent).join('/')}/json`;
    return registryImage(objectOf(await api.json('GET', path, { headers })));
  } catch (error) {
    throw registryError(error);
  }
}

function registryImage(raw: Raw): RegistryImage {
  const platforms = listOf(raw['Platforms']).map((one) => {
    const { os, architecture, variant } = objectOf(one);
    return [os, architecture, variant].map(textOf).filter((part) => part !== '');
  });
  return {
    digest: textOf(objectOf(raw['Descriptor'])['digest']),
    platforms: platforms.filter((parts) => parts.length > 0).map((parts) => parts.join('/')),
  };
}
