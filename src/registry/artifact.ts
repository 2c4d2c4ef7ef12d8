import { UserError } from '../diagnostic/errors.ts';
import { listOf, objectOf, textOf } from '../util/json.ts';
import { type ImageReference, parseReference } from '../util/reference.ts';
import { Registry } from './client.ts';
import { descriptorOf, type Manifest, readBlob, readManifest } from './manifest.ts';
import type { RegistryWorld } from './world.ts';

/** Media types and annotations of compose files in a registry: docker compose's, so that both read both. */
export const artifact = {
  type: 'application/vnd.docker.compose.project',
  composeFile: 'application/vnd.docker.compose.file+yaml',
  envFile: 'application/vnd.docker.compose.envfile',
  /** Of registries before OCI 1.1. */
  emptyConfig: 'application/vnd.docker.compose.config.empty.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  version: 'com.docker.compose.version',
  file: 'com.docker.compose.file',
  env: 'com.docker.compose.envfile',
  extends: 'com.docker.compose.extends',
} as const;

export interface ArtifactFile {
  /** `extends`: a file that services of the others extend. */
  readonly kind: 'compose' | 'extends' | 'env';
  readonly name: string;
  readonly text: string;
}

export interface Artifact {
  readonly digest: string;
  readonly files: readonly ArtifactFile[];
}

/** @throws UserError unless the text names a repository */
export function artifactReference(text: string): ImageReference {
  const parsed = parseReference(text);
  if (parsed !== undefined) return parsed;
  throw new UserError('usage', `"${text}" names no place in a registry`, { hint: 'write HOST/NAME[:TAG]' });
}

/**
 * The compose files under a reference.
 * @throws UserError if there are none
 */
export async function readArtifact(text: string, world: RegistryWorld, digest?: string): Promise<Artifact> {
  const named = artifactReference(text);
  const reference = digest === undefined ? named : { ...named, digest };
  const registry = new Registry(reference.registry, world);
  const manifest = await readManifest(registry, reference);
  check(manifest, text);
  const files: ArtifactFile[] = [];
  for (const layer of listOf(manifest.raw['layers']).map(descriptorOf)) {
    const { mediaType: type, annotations } = layer;
    if (type !== artifact.composeFile && type !== artifact.envFile) continue;
    const content = (await readBlob(registry, reference.repository, layer)).toString('utf8');
    const kind = type === artifact.envFile ? 'env' : artifact.extends in annotations ? 'extends' : 'compose';
    const name = annotations[kind === 'env' ? artifact.env : artifact.file] ?? '';
    files.push({ kind, name, text: content });
  }
  if (files.some(({ kind }) => kind === 'compose')) return { digest: manifest.digest, files };
  throw new UserError('TSC105', `${text} holds no compose file`, { hint: 'publish it again' });
}

function check({ raw }: Manifest, text: string): void {
  const type = textOf(raw['artifactType']);
  const config = textOf(objectOf(raw['config'])['mediaType']);
  if (type === artifact.type || config === artifact.emptyConfig) return;
  throw new UserError(
    'TSC105',
    `${text} is ${type || config || 'something else'}, not a set of compose files`,
    {
      hint: 'name what `publish` has made; an image goes under "image"',
    },
  );
}
