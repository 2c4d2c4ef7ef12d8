import type { Printed } from '../../load/canonical.ts';
import type { Project } from '../../model/project.ts';
import type { Service } from '../../model/service.ts';
import { formatReference, parseReference } from '../../util/reference.ts';
import { isTree, type Tree } from '../../yaml/tree.ts';
import { imageResolver } from '../resolver.ts';
import type { Context } from '../session.ts';

/** What `--resolve-image-digests` and `--lock-image-digests` ask for. */
export interface DigestWish {
  /** Only images: a file to be merged over the others. */
  readonly only: boolean;
}

/** The project with the images of its services by digest, written out, as docker compose does. */
export async function withDigests(
  context: Context,
  project: Project,
  { only }: DigestWish,
): Promise<Printed> {
  const digests = await digestsOf(
    context,
    Object.values(project.services).map((service) => service.image),
  );
  const services = Object.entries(project.services).map(([name, service]): [string, Service] => {
    const { image } = service;
    const pinned = image === undefined ? {} : { image: digests.get(image)! };
    return [name, only ? { command: null, entrypoint: null, ...pinned } : { ...service, ...pinned }];
  });
  return only
    ? { services: Object.fromEntries(services) }
    : { ...project, services: Object.fromEntries(services) };
}

/** The same for files whose variables stand as they are. */
export async function treeWithDigests(context: Context, tree: Tree, { only }: DigestWish): Promise<Tree> {
  const services = isTree(tree['services']) ? Object.entries(tree['services']) : [];
  const imageOf = (service: unknown) =>
    isTree(service) && typeof service['image'] === 'string' ? service['image'] : undefined;
  const digests = await digestsOf(
    context,
    services.map(([, service]) => imageOf(service)),
  );
  const pinned = services.map(([name, service]): [string, unknown] => {
    const image = imageOf(service);
    const part = image === undefined ? {} : { image: digests.get(image)! };
    return [name, only ? part : isTree(service) ? { ...service, ...part } : service];
  });
  return only ? { services: Object.fromEntries(pinned) } : { ...tree, services: Object.fromEntries(pinned) };
}

async function digestsOf(
  context: Context,
  images: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(images.filter((image) => image !== undefined))];
  return await imageResolver(context, async (resolver) => {
    const pinned = wanted.map(async (image): Promise<[string, string]> => {
      const parsed = parseReference(image);
      // A digest names it already; the tag beside it says nothing more.
      if (parsed?.digest !== undefined) return [image, formatReference({ ...parsed, tag: undefined })];
      const { digest } = await resolver.resolve(image);
      return [image, formatReference({ ...parsed!, digest })];
    });
    return new Map(await Promise.all(pinned));
  });
}
