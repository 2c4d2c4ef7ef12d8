import type { Printed } from '../../load/canonical.ts';
import type { Project } from '../../model/project.ts';
import type { Service, ServiceVolume } from '../../model/service.ts';
import { formatReference, parseReference } from '../../util/reference.ts';
import { isTree, type Tree } from '../../yaml/tree.ts';
import { imageResolver } from '../resolver.ts';
import type { Context } from '../session.ts';

/** What `--resolve-image-digests` and `--lock-image-digests` ask for. */
export interface DigestWish {
  /** Only images: a file to be merged over the others. */
  readonly only: boolean;
}

/**
 * The project with the images of its services, of their hooks and of what they mount by digest, written out, as
 * docker compose does.
 */
export async function withDigests(
  context: Context,
  project: Project,
  { only }: DigestWish,
): Promise<Printed> {
  const all = { ...project.disabledServices, ...project.services };
  // A volume's source may be the image of a service.
  const isImage = ({ type, source }: ServiceVolume) => type === 'image' && !!source && !(source in all);
  const images = Object.values(project.services).flatMap((service) => [
    service.image,
    ...(only ? [] : (service.pre_start ?? []).map((hook) => hook.image)),
    ...(service.volumes ?? []).filter(isImage).map((mount) => mount.source),
  ]);
  const digests = await digestsOf(context, images);
  const pinned = (image: string | undefined) => (image ? (digests.get(image) ?? image) : image);
  const services = Object.entries(project.services).map(([name, service]): [string, Service] => {
    const { image, pre_start, volumes } = service;
    const mounts = volumes?.map((one) => (isImage(one) ? { ...one, source: pinned(one.source)! } : one));
    const named = image === undefined ? {} : { image: pinned(image)! };
    if (only) {
      warnOfHooks(context, name, pre_start);
      const kept = mounts?.filter(({ type }) => type === 'image') ?? [];
      return [name, { command: null, entrypoint: null, ...named, ...(kept.length > 0 && { volumes: kept }) }];
    }
    return [
      name,
      {
        ...{ ...service, ...named },
        ...(pre_start !== undefined && {
          pre_start: pre_start.map((hook) =>
            hook.image === undefined ? hook : { ...hook, image: pinned(hook.image)! },
          ),
        }),
        ...(mounts !== undefined && { volumes: mounts }),
      },
    ];
  });
  return only
    ? { services: Object.fromEntries(services) }
    : { ...project, services: Object.fromEntries(services) };
}

/** Lists of hooks append when files are merged, so a file over the others can't set their images. */
function warnOfHooks({ terminal }: Context, name: string, hooks: Service['pre_start']): void {
  if (!hooks?.some(({ image }) => image)) return;
  terminal.stderr.write(
    `warning: service "${name}": images of pre_start hooks are not in the file of --lock-image-digests\n` +
      '  hint: print all with --resolve-image-digests\n',
  );
}

/** The same for files whose variables stand as they are. */
export async function treeWithDigests(context: Context, tree: Tree, { only }: DigestWish): Promise<Tree> {
  const services = isTree(tree['services']) ? Object.entries(tree['services']) : [];
  const textAt = (value: unknown, key: string): string | undefined => {
    const text = isTree(value) ? value[key] : undefined;
    return typeof text === 'string' ? text : undefined;
  };
  const listAt = (value: unknown, key: string): readonly unknown[] | undefined => {
    const list = isTree(value) ? value[key] : undefined;
    return Array.isArray(list) ? list : undefined;
  };
  const names = new Set(services.map(([name]) => name));
  const isMounted = (mount: unknown) =>
    textAt(mount, 'type') === 'image' && !names.has(textAt(mount, 'source') ?? '');
  const digests = await digestsOf(
    context,
    services.flatMap(([, service]) => [
      textAt(service, 'image'),
      ...(only ? [] : (listAt(service, 'pre_start') ?? []).map((hook) => textAt(hook, 'image'))),
      ...(listAt(service, 'volumes') ?? []).filter(isMounted).map((mount) => textAt(mount, 'source')),
    ]),
  );
  const pinnedAt = (value: unknown, key: string): unknown => {
    const digest = digests.get(textAt(value, key) ?? '');
    return digest === undefined || !isTree(value) ? value : { ...value, [key]: digest };
  };
  const pinned = services.map(([name, service]): [string, unknown] => {
    if (!isTree(service)) return [name, only ? {} : service];
    const volumes = listAt(service, 'volumes')?.map((one) =>
      isMounted(one) ? pinnedAt(one, 'source') : one,
    );
    const { image } = pinnedAt(service, 'image') as Tree;
    const part = image === undefined ? {} : { image };
    if (only) {
      const kept = volumes?.filter((one) => textAt(one, 'type') === 'image') ?? [];
      return [name, { ...part, ...(kept.length > 0 && { volumes: kept }) }];
    }
    const hooks = listAt(service, 'pre_start')?.map((hook) => pinnedAt(hook, 'image'));
    return [name, { ...service, ...part, ...(hooks && { pre_start: hooks }), ...(volumes && { volumes }) }];
  });
  return only ? { services: Object.fromEntries(pinned) } : { ...tree, services: Object.fromEntries(pinned) };
}

async function digestsOf(
  context: Context,
  images: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(images.flatMap((image) => image || []))];
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
