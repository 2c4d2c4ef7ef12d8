import { posix } from 'node:path';
import type { Tree } from '../../yaml/tags.ts';
import type { Expand } from '../attribute.ts';
import { isMapping } from '../value.ts';

/** One letter before a colon is taken for a Windows drive. */
function isDrive(part: string): boolean {
  return /^\p{L}$/u.test(part);
}

function isWindowsPath(source: string): boolean {
  return source.startsWith('\\\\') || /^\p{L}:/u.test(source);
}

/** Whether a short volume's source names a place of the host rather than a volume. */
export function isHostPath(source: string): boolean {
  return /^[./~]/.test(source) || isWindowsPath(source);
}

/** The parts between the colons of a short volume, or what is wrong with them. */
export function splitVolume(spec: string): readonly string[] | string {
  if (spec === '') return 'a volume must not be empty';
  const parts: string[] = [];
  let part = '';
  for (const char of `${spec}:`.slice(0, -1)) {
    if (char !== ':' || isDrive(part)) {
      part += char;
    } else {
      parts.push(part);
      part = '';
    }
  }
  parts.push(part);
  if (parts.includes('')) return `"${spec}" has nothing between two colons or at an end`;
  return parts.length > 3 ? `"${spec}" has too many colons` : parts;
}

const propagations: ReadonlySet<string> = new Set([
  'rprivate',
  'private',
  'rshared',
  'shared',
  'rslave',
  'slave',
]);

/** The long form of a short volume, or what is wrong with it. */
export function parseVolume(spec: string): Tree | string {
  if (spec !== '' && spec.length <= 2) return { type: 'volume', target: cleanTarget(spec) };
  const parts = splitVolume(spec);
  if (typeof parts === 'string') return parts;
  const [source, target, options] = parts.length === 1 ? [undefined, parts[0]] : parts;
  const bind = source !== undefined && isHostPath(source);
  const volume: Tree = { type: bind ? 'bind' : 'volume' };
  if (source !== undefined) volume.source = source;
  volume.target = cleanTarget(target ?? '');
  const bindOptions: Tree = {};
  const volumeOptions: Tree = {};
  for (const option of options?.split(',') ?? []) {
    if (option === 'ro') volume.read_only = true;
    else if (option === 'rw') delete volume.read_only;
    else if (option === 'nocopy') volumeOptions.nocopy = true;
    else if (option === 'z' || option === 'Z') bindOptions.selinux = option;
    else if (propagations.has(option)) bindOptions.propagation = option;
  }
  if (bind || Object.keys(bindOptions).length > 0) volume.bind = bindOptions;
  if (!bind || Object.keys(volumeOptions).length > 0) volume.volume = volumeOptions;
  return volume;
}

function cleanTarget(target: string): string {
  if (target === '') return target;
  const clean = posix.normalize(target);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}

export const expandVolume: Expand = (value, path, context) => {
  if (typeof value === 'string') {
    const volume = parseVolume(value);
    if (typeof volume !== 'string') return volume;
    context.report({ path, message: volume, hint: 'write SOURCE:TARGET or SOURCE:TARGET:OPTIONS' });
    return value;
  }
  if (!isMapping(value)) return value;
  if (value.target === undefined || value.target === '') {
    context.report({
      path,
      message: 'this volume has no target',
      hint: 'add "target", its path in the container',
    });
  }
  if (value.type === 'bind' && !value.source) {
    context.report({
      path,
      message: 'this bind mount has no source',
      hint: 'add "source", its path on the host',
    });
  }
  return typeof value.target === 'string' ? { ...value, target: cleanTarget(value.target) } : value;
};

export function volumeIdentity(entry: unknown): string | undefined {
  const volume = typeof entry === 'string' ? parseVolume(entry) : entry;
  return isMapping(volume) && typeof volume.target === 'string' ? cleanTarget(volume.target) : undefined;
}
