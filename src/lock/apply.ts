import { type ImageUse, pulledImages, renameImages } from '../model/images.ts';
import type { Project } from '../model/project.ts';
import type { RemoteVersion } from '../model/remote.ts';
import { parseReference } from '../util/reference.ts';
import type { Lock } from './lock.ts';

/** In what a lock and its project differ. */
export interface Drift {
  /** Of the project, not in the lock. */
  readonly missing: readonly string[];
  /** In the lock, not of the project. */
  readonly stale: readonly string[];
  /** Run on a platform that the lock does not know the image for. */
  readonly platforms: readonly string[];
}

/** The project with every image that the lock knows by its digest; builds find those that they start from in it. */
export function withLock(project: Project, lock: Lock): Project {
  const images = Object.keys(lock.images).map((image): [string, string] => [image, pinned(image, lock)]);
  return {
    ...renameImages(project, ({ image }) => pinned(image, lock)),
    ...(images.length > 0 && { lockedImages: Object.fromEntries(images) }),
  };
}

/** `redis:7` becomes `redis:7@sha256:…`; what has a digest, or is not locked, stays. */
function pinned(image: string, { images }: Lock): string {
  const entry = Object.hasOwn(images, image) ? images[image] : undefined;
  return entry === undefined || image.includes('@') ? image : `${image}@${entry.digest}`;
}

/**
 * Images of a project that a lock is for: all of its files, whatever a command picks; by reference.
 * @param bases images that builds of the project start from
 */
export function lockable(
  project: Project,
  bases: readonly ImageUse[],
): ReadonlyMap<string, ReadonlySet<string | undefined>> {
  const found = new Map<string, Set<string | undefined>>();
  const pulled = pulledImages({ ...project.disabledServices, ...project.services });
  for (const { image, platform } of [...pulled, ...bases]) {
    if (image.includes('@') || parseReference(image) === undefined) continue;
    found.set(image, (found.get(image) ?? new Set()).add(platform));
  }
  return found;
}

/** What a project takes from elsewhere beside the images of its services. */
export interface Elsewhere {
  /** What the files of the project come from. */
  readonly remotes: ReadonlyMap<string, RemoteVersion>;
  /** Images that its builds start from. */
  readonly bases: readonly ImageUse[];
}

/** @param platform the engine's own, such as `linux/amd64` */
export function driftOf(
  project: Project,
  lock: Lock,
  platform: string,
  { remotes, bases }: Elsewhere,
): Drift {
  const wanted = lockable(project, bases);
  const known = [...Object.keys(lock.images), ...Object.keys(lock.remotes)];
  const needed = new Set([...wanted.keys(), ...remotes.keys()]);
  const platforms = [...wanted].flatMap(([image, asked]) => {
    const entry = Object.hasOwn(lock.images, image) ? lock.images[image] : undefined;
    if (entry === undefined) return [];
    return [...asked]
      .map((one) => one ?? platform)
      .filter((one) => !entry.platforms.some((have) => samePlatform(have, one)))
      .map((one) => `${image} on ${one}`);
  });
  return {
    missing: [...needed].filter((name) => !known.includes(name)).sort(),
    stale: known.filter((name) => !needed.has(name)).sort(),
    platforms,
  };
}

/** `linux/arm64` is the platform of `linux/arm64/v8` too. */
export function samePlatform(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
