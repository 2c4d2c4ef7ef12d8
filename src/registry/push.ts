import type { ImageReference } from '../util/reference.ts';
import type { Registry } from './client.ts';
import { type Descriptor, manifestPath, mediaType, sha256 } from './manifest.ts';

/** Uploads a blob, unless the repository has it. */
export async function pushBlob(
  registry: Registry,
  repository: string,
  body: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const digest = sha256(body);
  const blobs = `/v2/${repository}/blobs`;
  const found = await registry.ask(`${blobs}/${digest}`, { method: 'HEAD', accept: [404], signal });
  if (found.status !== 404) return;
  const started = await registry.ask(`${blobs}/uploads/`, { method: 'POST', body: new Uint8Array(), signal });
  await registry.ask(uploadTarget(registry, started.headers.location ?? '', digest), {
    ...{ method: 'PUT', body, signal },
    headers: { 'Content-Type': 'application/octet-stream' },
  });
}

/** Where the bytes go that belong to a digest: registries give a path or a whole address. */
export function uploadTarget({ host }: Registry, location: string, digest: string): string {
  const url = new URL(location, `https://${host}`);
  url.searchParams.set('digest', digest);
  return /^https?:/.test(location) ? url.href : `${url.pathname}${url.search}`;
}

/** Puts a manifest under a tag, or under its digest. @returns its descriptor */
export async function pushManifest(
  registry: Registry,
  reference: ImageReference,
  bytes: Uint8Array,
  type: string = mediaType.manifest,
  signal?: AbortSignal,
): Promise<Omit<Descriptor, 'annotations'>> {
  await registry.ask(manifestPath(reference), {
    ...{ method: 'PUT', body: bytes, signal },
    headers: { 'Content-Type': type },
  });
  return { mediaType: type, digest: sha256(bytes), size: bytes.length };
}
