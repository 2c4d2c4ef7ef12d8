import { UserError } from '../diagnostic/errors.ts';
import type { RemoteVersion } from '../model/remote.ts';
import { isObject } from '../util/json.ts';

export const lockName = 'compose.lock';

/** What `compose.lock` holds: the exact version of all that a project takes from elsewhere. */
export interface Lock {
  /** By reference as the compose files write it. */
  readonly images: Readonly<Record<string, LockedImage>>;
  /** Remote compose files, by reference. */
  readonly remotes: Readonly<Record<string, RemoteVersion>>;
}

export interface LockedImage {
  readonly digest: string;
  /** Those that the project runs it on. */
  readonly platforms: readonly string[];
}

const format = 1;
const head = `# What this project takes from elsewhere, as \`tscompose lock\` found it. Keep it with the compose files.
# \`tscompose update\` brings newer versions, \`tscompose update --check\` tells of them.
`;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const commitPattern = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** The text of the file: sorted, so that a change is a small difference. */
export async function lockText({ images, remotes }: Lock): Promise<string> {
  const { dump } = await import('js-yaml');
  const value = {
    version: format,
    images: Object.fromEntries(
      Object.entries(images).map(([image, { digest, platforms }]) => [
        image,
        { digest, platforms: [...platforms].sort() },
      ]),
    ),
    ...(Object.keys(remotes).length > 0 && { remotes }),
  };
  return head + dump(value, { sortKeys: byPlace, lineWidth: -1, noRefs: true });
}

/** `version` first, all else by name. */
function byPlace(a: string, b: string): number {
  if (a === 'version' || b === 'version') return a === b ? 0 : a === 'version' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @throws UserError for what `lockText` has not written */
export async function parseLock(text: string, path: string): Promise<Lock> {
  const { load } = await import('js-yaml');
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    throw bad(path, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
  if (!isObject(value)) throw bad(path, 'it is not a mapping');
  if (value['version'] !== format) {
    throw bad(path, `its version is ${JSON.stringify(value['version'])}, this program reads ${format}`);
  }
  return {
    images: entries(value['images'], path, 'images', imageOf),
    remotes: entries(value['remotes'], path, 'remotes', versionOf),
  };
}

function imageOf(value: Readonly<Record<string, unknown>>): LockedImage | undefined {
  const { digest, platforms } = value;
  if (typeof digest !== 'string' || !digestPattern.test(digest)) return undefined;
  if (!Array.isArray(platforms) || !platforms.every((one) => typeof one === 'string')) return undefined;
  return { digest, platforms };
}

function versionOf(value: Readonly<Record<string, unknown>>): RemoteVersion | undefined {
  const { commit, digest } = value;
  if (typeof commit === 'string' && commitPattern.test(commit)) return { commit };
  if (typeof digest === 'string' && digestPattern.test(digest)) return { digest };
  return undefined;
}

function entries<T>(
  value: unknown,
  path: string,
  key: string,
  read: (entry: Readonly<Record<string, unknown>>) => T | undefined,
): Readonly<Record<string, T>> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw bad(path, `"${key}" is not a mapping`);
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => {
      const found = isObject(entry) ? read(entry) : undefined;
      if (found === undefined) throw bad(path, `the entry of ${name} in "${key}" is not as it should be`);
      return [name, found];
    }),
  );
}

function bad(path: string, what: string): UserError {
  return new UserError('lock-file', `${path} can't be used: ${what}`, {
    hint: 'restore it from your version control, or remove it and run `tscompose lock`',
    exit: 3,
  });
}
