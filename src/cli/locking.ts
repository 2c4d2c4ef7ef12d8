import { UserError } from '../diagnostic/errors.ts';
import { lockable, samePlatform } from '../lock/apply.ts';
import type { Lock, LockedImage } from '../lock/lock.ts';
import type { ImageUse } from '../model/images.ts';
import type { Project } from '../model/project.ts';
import type { RemoteVersion } from '../model/remote.ts';
import type { ImageResolver } from '../registry/resolve.ts';

export interface LockWish {
  readonly project: Project;
  readonly remotes: ReadonlyMap<string, RemoteVersion>;
  /** Images that builds of the project start from. */
  readonly bases: readonly ImageUse[];
  /** What is locked already. */
  readonly lock: Lock | undefined;
  /** The engine's own. */
  readonly platform: string;
  /** True for images whose newest version is wanted although there is a locked one. */
  readonly renew: (image: string) => boolean;
}

/**
 * The lock that a project should have: what is locked stays unless it is to be renewed, the rest is looked up.
 * @throws UserError or EngineError if an image can't be found, or is not there for a platform
 */
export async function makeLock(resolver: ImageResolver, wish: LockWish): Promise<Lock> {
  const { project, remotes, bases, lock, platform, renew } = wish;
  const images = [...lockable(project, bases)].map(async ([image, asked]): Promise<[string, LockedImage]> => {
    const platforms = [...new Set([...asked].map((one) => one ?? platform))].sort();
    const known = lock?.images[image];
    if (known !== undefined && !renew(image) && platforms.every((one) => known.platforms.includes(one))) {
      return [image, { digest: known.digest, platforms }];
    }
    const kept = known !== undefined && !renew(image) ? `${image}@${known.digest}` : image;
    const found = await resolver.resolve(kept);
    const missing = platforms.filter(
      (one) => found.platforms.length > 0 && !found.platforms.some((have) => samePlatform(have, one)),
    );
    if (missing.length > 0) {
      throw new UserError('image-platform', `${image} is not there for ${missing.join(', ')}`, {
        hint: `it has ${found.platforms.join(', ')}: set platform, or take another image`,
      });
    }
    return [image, { digest: found.digest, platforms }];
  });
  return { images: Object.fromEntries(await Promise.all(images)), remotes: Object.fromEntries(remotes) };
}

/** Without an engine: that of this machine, as engines call it. */
export function ownPlatform(): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return `linux/${names[process.arch] ?? process.arch}`;
}
