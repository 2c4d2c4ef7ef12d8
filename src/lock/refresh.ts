import type { RemoteVersion } from '../model/remote.ts';
import type { Lock, LockedImage } from './lock.ts';

/** One line of what changes in a lock, or would. */
export interface LockChange {
  readonly name: string;
  /** Digest or commit; undefined: not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export function versionText(version: RemoteVersion | LockedImage | undefined): string | undefined {
  if (version === undefined) return undefined;
  return 'digest' in version ? version.digest : version.commit;
}

/** In what two locks differ, by name. */
export function lockChanges(before: Lock | undefined, after: Lock): readonly LockChange[] {
  const old = { ...before?.images, ...before?.remotes };
  const now = { ...after.images, ...after.remotes };
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .sort()
    .map((name) => ({ name, before: versionText(old[name]), after: versionText(now[name]) }))
    .filter((change) => change.before !== change.after);
}

/** Text for people; digests are cut to what tells them apart. */
export function changeLine({ name, before, after }: LockChange, note = ''): string {
  const end = note === '' ? '' : ` (${note})`;
  if (before === undefined) return `+ ${name} ${shortVersion(after)}${end}`;
  if (after === undefined) return `- ${name} ${shortVersion(before)}${end}`;
  return `~ ${name} ${shortVersion(before)} -> ${shortVersion(after)}${end}`;
}

function shortVersion(version = ''): string {
  const [, kind = '', hex = version] = /^(sha256:)?([0-9a-f]{12})[0-9a-f]+$/.exec(version) ?? [];
  return `${kind}${hex}`;
}
