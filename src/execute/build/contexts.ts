import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import type { BlobStore, BuildRequest, FileTree } from '../../engine/build-request.ts';
import type { Engine } from '../../engine/engine.ts';
import { blobFolder, cacheDigest } from './blob-store.ts';
import { openContext } from './context.ts';
import { isRemote } from './remote.ts';
import { folderTree } from './tree.ts';

type Named = Readonly<Record<string, string>>;

/**
 * Named contexts for a builder that knows them: folders as trees, everything else as it is written.
 * @param workingDir that the path of a layout may start from
 */
export async function namedContexts(
  named: Named,
  workingDir: string,
): Promise<Pick<BuildRequest, 'contexts' | 'stores'>> {
  const contexts: Record<string, FileTree | string> = {};
  const stores: Record<string, BlobStore> = {};
  for (const [name, source] of Object.entries(named)) {
    if (!source.startsWith(layout)) {
      contexts[name] = isAddress(source) ? source : folderTree(source);
      continue;
    }
    const store = `c${randomBytes(12).toString('hex')}`;
    const { folder, tag, digest } = await layoutOf(source, workingDir);
    stores[`oci:${store}`] = blobFolder(folder);
    contexts[name] = `${layout}${store}:${tag}@${digest}`;
  }
  return {
    ...(Object.keys(contexts).length > 0 && { contexts }),
    ...(Object.keys(stores).length > 0 && { stores }),
  };
}

const layout = 'oci-layout://';

/** `oci-layout://FOLDER[:TAG][@DIGEST]` @throws UserError if the folder holds no image of that name */
async function layoutOf(source: string, workingDir: string) {
  const [path = '', given] = source.slice(layout.length).split('@');
  const [, place = path, tag = 'latest'] = /^(.*?):([^:/]+)$/.exec(path) ?? [];
  const folder = resolve(workingDir, place);
  const digest = given ?? (await cacheDigest(folder, tag));
  if (digest !== undefined) return { folder, tag, digest };
  throw new UserError('no-context', `there is no image ${tag} in the layout ${folder}`, {
    hint: 'check the path and the tag of oci-layout://PATH:TAG',
  });
}

function isAddress(source: string): boolean {
  return /^[a-z-]+:\/\//.test(source) || isRemote(source);
}

const imageContext = 'docker-image://';

/** The image that a named context is, if it is one. */
export function imageOf(source: string): string | undefined {
  return source.startsWith(imageContext) ? source.slice(imageContext.length) : undefined;
}

/** Named contexts with the images that a lock has for theirs. */
export function lockedContexts(named: Named, locked: Named): Named {
  return Object.fromEntries(
    Object.entries(named).map(([name, source]) => {
      const image = imageOf(source);
      const digest = image === undefined ? undefined : locked[image];
      return [name, digest === undefined ? source : imageContext + digest];
    }),
  );
}

/** Images that stand for named contexts, and how to take away what was made for them. */
export interface ContextImages {
  readonly images: Named;
  release(): Promise<void>;
}

/**
 * Named contexts as images, for builders that know none: a folder or repository is copied into an image of its
 * own, which goes again after the build.
 * @throws UserError for a layout on disk, which only BuildKit reads
 */
export async function contextImages(
  engine: Engine,
  service: string,
  named: Named,
  options: { readonly builder: 'buildkit' | 'classic' | 'podman'; readonly signal: AbortSignal },
): Promise<ContextImages> {
  const images: Record<string, string> = {};
  const made: string[] = [];
  const release = async () => {
    for (const tag of made) await engine.removeImage(tag).catch(() => {});
  };
  try {
    for (const [name, source] of Object.entries(named)) {
      const image = imageOf(source);
      if (image !== undefined) {
        images[name] = image;
        continue;
      }
      if (isAddress(source)) throw unsupported(service, name, source);
      // Podman looks for a short name at registries.
      const home = engine.facts.kind === 'podman' ? 'localhost/' : '';
      const tag = `${home}tscompose-context:${randomBytes(8).toString('hex')}`;
      const opened = await openContext({
        ...{ folder: source, dockerfile: 'Dockerfile', inline: 'FROM scratch\nCOPY . /\n' },
      });
      const { context, dockerfile, dockerfileTree } = opened;
      await engine.buildImage({
        ...(options.builder !== 'podman' && { builder: options.builder }),
        ...{ context, dockerfile, dockerfileTree, tags: [tag], args: {}, labels: {}, signal: options.signal },
      });
      made.push(tag);
      images[name] = tag;
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { images, release };
}

function unsupported(service: string, name: string, source: string): UserError {
  return new UserError(
    'build-unsupported',
    `service "${service}": this engine's builder can't take the context "${name}" from ${source}`,
    { hint: 'use a folder, an image or a service; or a newer engine (Docker 23 or later)' },
  );
}
