import { UserError } from '../diagnostic/errors.ts';
import type { ImageReference } from '../util/reference.ts';
import { type ArtifactFile, artifact } from './artifact.ts';
import type { Registry } from './client.ts';
import { mediaType, sha256 } from './manifest.ts';
import { pushBlob, pushManifest } from './push.ts';

export interface PublishWish {
  readonly files: readonly ArtifactFile[];
  /** Of this program, for the annotations. */
  readonly version: string;
  /** `1.0` for registries that know no artifacts; undefined: 1.1, then 1.0 if that is refused. */
  readonly ociVersion: '1.0' | '1.1' | undefined;
  /** RFC 3339. */
  readonly created: string;
  readonly signal?: AbortSignal;
}

type Described = Awaited<ReturnType<typeof pushManifest>>;

/**
 * Brings compose files to a registry, as docker compose does.
 * @returns the descriptor of the manifest
 */
export async function publishFiles(
  registry: Registry,
  reference: ImageReference,
  wish: PublishWish,
): Promise<Described> {
  const { files, ociVersion, signal } = wish;
  const empty = Buffer.from('{}');
  for (const body of [empty, ...files.map(({ text }) => Buffer.from(text))]) {
    await pushBlob(registry, reference.repository, body, signal);
  }
  const put = (version: '1.0' | '1.1') =>
    pushManifest(registry, reference, manifestOf(wish, version), mediaType.manifest, signal);
  if (ociVersion !== undefined) return await put(ociVersion);
  try {
    return await put('1.1');
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'registry-refused') throw error;
    return await put('1.0');
  }
}

/** The manifest's bytes: its digest is over them. */
function manifestOf({ files, version, created }: PublishWish, ociVersion: '1.0' | '1.1'): Buffer {
  const empty = Buffer.from('{}');
  const isNew = ociVersion === '1.1';
  const config = {
    mediaType: isNew ? artifact.empty : artifact.emptyConfig,
    ...{ digest: sha256(empty), size: empty.length, data: empty.toString('base64') },
  };
  const layers = files.map(({ kind, name, text }) => {
    const bytes = Buffer.from(text);
    const annotations = {
      [artifact.version]: version,
      [kind === 'env' ? artifact.env : artifact.file]: name,
      ...(kind === 'extends' && { [artifact.extends]: 'true' }),
    };
    const type = kind === 'env' ? artifact.envFile : artifact.composeFile;
    return { mediaType: type, digest: sha256(bytes), size: bytes.length, annotations };
  });
  const manifest = {
    ...{ schemaVersion: 2, mediaType: mediaType.manifest },
    ...(isNew && { artifactType: artifact.type }),
    ...{ config, layers, annotations: { 'org.opencontainers.image.created': created } },
  };
  return Buffer.from(JSON.stringify(manifest));
}

/** An index of the images of an application, beside its compose files: what `--app` adds. */
export async function publishIndex(
  registry: Registry,
  { registry: host, repository }: ImageReference,
  subject: Described,
  manifests: readonly Described[],
  version: string,
): Promise<void> {
  const index = Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: mediaType.index, artifactType: artifact.type },
      ...{ manifests, subject, annotations: { [artifact.version]: version } },
    }),
  );
  const reference = { registry: host, repository, tag: undefined, digest: sha256(index) };
  await pushManifest(registry, reference, index, mediaType.index);
}
