import { createHash } from 'node:crypto';
import { UserError } from '../diagnostic/errors.ts';
import { listOf, numberOf, objectOf, parseJson, type Raw, textOf } from '../util/json.ts';
import type { ImageReference } from '../util/reference.ts';
import type { Registry } from './client.ts';

export const mediaType = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

/** What a client of today can read. */
export const manifestTypes: readonly string[] = Object.values(mediaType);

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
  readonly raw: Raw;
}

export function manifestPath({ repository, tag, digest }: ImageReference): string {
  return `/v2/${repository}/manifests/${digest ?? tag ?? 'latest'}`;
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The manifest that a reference names, checked against its digest. @throws UserError */
export async function readManifest(registry: Registry, reference: ImageReference): Promise<Manifest> {
  const { body, headers } = await registry.ask(manifestPath(reference), {
    method: 'GET',
    headers: { Accept: manifestTypes.join(', ') },
  });
  const digest = sha256(body);
  const announced = headers['docker-content-digest'];
  const wanted = reference.digest ?? (typeof announced === 'string' ? announced : digest);
  if (wanted.startsWith('sha256:') && wanted !== digest) throw lie(registry, wanted, digest);
  const raw = objectOf(parseJson(body.toString('utf8')));
  const type = textOf(raw['mediaType']) || (headers['content-type'] ?? '');
  return { mediaType: type, digest, bytes: body, raw };
}

/** A blob of a repository, checked against its descriptor. @throws UserError */
export async function readBlob(
  registry: Registry,
  repository: string,
  { digest, size }: Descriptor,
): Promise<Buffer> {
  const { body } = await registry.ask(`/v2/${repository}/blobs/${digest}`, { method: 'GET', most: size });
  const actual = sha256(body);
  if (actual !== digest) throw lie(registry, digest, actual);
  return body;
}

function lie({ host }: Registry, wanted: string, actual: string): UserError {
  return new UserError('registry-digest', `registry ${host} sends ${actual} where it announced ${wanted}`, {
    hint: 'something changes content on the way; nothing of it is used',
  });
}

export function descriptorOf(value: unknown): Descriptor {
  const raw = objectOf(value);
  const platform = objectOf(raw['platform']);
  const parts = [platform['os'], platform['architecture'], platform['variant']]
    .map(textOf)
    .filter((p) => p !== '');
  const annotations = Object.entries(objectOf(raw['annotations'])).map(
    ([key, one]) => [key, textOf(one)] as const,
  );
  return {
    mediaType: textOf(raw['mediaType']),
    digest: textOf(raw['digest']),
    size: numberOf(raw['size']),
    ...(parts.length > 0 && { platform: parts.join('/') }),
    annotations: Object.fromEntries(annotations),
  };
}

export function isIndex({ mediaType: type }: Pick<Manifest, 'mediaType'>): boolean {
  return type === mediaType.index || type === mediaType.dockerList;
}

/** The platforms of an index, without attestations. */
export function platformsOf({ raw }: Manifest): readonly Descriptor[] {
  return listOf(raw['manifests'])
    .map(descriptorOf)
    .filter(({ platform }) => platform !== undefined && !platform.startsWith('unknown/'));
}
