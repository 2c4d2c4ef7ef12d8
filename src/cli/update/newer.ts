import { UserError } from '../../diagnostic/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { basesOf } from '../../execute/build/bases.ts';
import { lockable } from '../../lock/apply.ts';
import type { Lock } from '../../lock/lock.ts';
import { type LockChange, lockChanges } from '../../lock/refresh.ts';
import { pulledImages } from '../../model/images.ts';
import { ImageResolver } from '../../registry/resolve.ts';
import type { RegistryWorld } from '../../registry/world.ts';
import { makeLock } from '../locking.ts';
import type { OpenLoaded } from '../session.ts';

export interface Newer {
  /** Images and remote files that have moved, with the services that use them. */
  readonly changes: readonly (LockChange & { readonly services: readonly string[] })[];
  /** The lock after the move; undefined if the project has none. */
  readonly lock: Lock | undefined;
  /** Services of moved images. */
  readonly services: readonly string[];
}

/** What has newer versions: than the lock says, or without one than the engine has. */
export async function newerVersions(
  engine: Engine,
  world: RegistryWorld,
  { project, remotes, lock: found }: OpenLoaded,
  names: readonly string[],
): Promise<Newer> {
  const unknown = names.find((name) => !(name in project.services));
  if (unknown !== undefined) throw new UserError('no-such-service', `no such service: ${unknown}`);
  const selected = names.length === 0 ? Object.keys(project.services) : names;
  const { os, arch } = engine.facts;
  const platform = `${os}/${arch}`;
  const { bases } = await basesOf(project, platform);
  const pulled = pulledImages(Object.fromEntries(selected.map((name) => [name, project.services[name]!])));
  const uses = [...pulled, ...bases.filter(({ service }) => selected.includes(service))];
  const usersOf = (image: string) => [
    ...new Set(uses.filter((use) => use.image === image).map((use) => use.service)),
  ];
  const resolver = new ImageResolver(engine, world);
  const lock = await found.read();
  const withUsers = (changes: readonly LockChange[]) =>
    changes.map((change) => ({ ...change, services: usersOf(change.name) }));
  if (lock === undefined) {
    // An engine does not keep what builds started from: only a lock tells.
    const wanted = [...lockable(project, []).keys()].filter((image) => usersOf(image).length > 0);
    const compared = await Promise.all(wanted.map((image) => compare(engine, resolver, image)));
    return outcome(withUsers(compared.filter((change) => change.before !== change.after)), undefined);
  }
  const renewed = await makeLock(resolver, {
    ...{ project, remotes, bases, lock, platform },
    renew: (image) => usersOf(image).length > 0,
  });
  return outcome(withUsers(lockChanges(lock, renewed)), renewed);
}

function outcome(changes: Newer['changes'], lock: Lock | undefined): Newer {
  return { changes, lock, services: [...new Set(changes.flatMap(({ services }) => services))] };
}

async function compare(engine: Engine, resolver: ImageResolver, image: string): Promise<LockChange> {
  const [{ digest }, local] = await Promise.all([resolver.resolve(image), engine.inspectImage(image)]);
  const digests = (local?.repoDigests ?? []).map((one) => one.slice(one.indexOf('@') + 1));
  const before = digests.includes(digest) ? digest : (digests[0] ?? local?.id);
  return { name: image, before, after: digest };
}
