import { listOf } from '../util/json.ts';
import type { ImageReference } from '../util/reference.ts';
import type { Registry } from './client.ts';
import { type Descriptor, descriptorOf, isIndex, readManifest } from './manifest.ts';
import { pushManifest, uploadTarget } from './push.ts';

interface Place {
  readonly registry: Registry;
  readonly reference: ImageReference;
}

/**
 * Copies an image with all its platforms into another repository; layers pass through, or stay in a registry
 * that has both.
 * @returns the descriptor of its manifest or index
 */
export async function copyImage(from: Place, to: Place): Promise<Omit<Descriptor, 'annotations'>> {
  const manifest = await readManifest(from.registry, from.reference);
  const { raw, bytes, digest, mediaType } = manifest;
  const children = isIndex(manifest) ? listOf(raw['manifests']) : [];
  for (const child of children.map(descriptorOf)) {
    const reference = { ...from.reference, tag: undefined, digest: child.digest };
    await copyImage({ ...from, reference }, to);
  }
  const blobs = isIndex(manifest) ? [] : [raw['config'], ...listOf(raw['layers'])];
  for (const blob of blobs.map(descriptorOf)) await copyBlob(from, to, blob);
  const reference = { ...to.reference, tag: undefined, digest };
  return await pushManifest(to.registry, reference, bytes, mediaType);
}

async function copyBlob(from: Place, to: Place, { digest, size }: Descriptor): Promise<void> {
  const blobs = `/v2/${to.reference.repository}/blobs`;
  const found = await to.registry.ask(`${blobs}/${digest}`, { method: 'HEAD', accept: [404] });
  if (found.status !== 404) return;
  const same = from.registry.host === to.registry.host;
  const mount = same ? `?mount=${digest}&from=${encodeURIComponent(from.reference.repository)}` : '';
  const started = await to.registry.ask(`${blobs}/uploads/${mount}`, {
    method: 'POST',
    body: new Uint8Array(),
  });
  if (started.status === 201) return;
  await to.registry.ask(uploadTarget(to.registry, started.headers.location ?? '', digest), {
    method: 'PUT',
    headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': String(size) },
    stream: () => from.registry.open(`/v2/${from.reference.repository}/blobs/${digest}`),
  });
}
