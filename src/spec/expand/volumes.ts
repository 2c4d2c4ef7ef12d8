import { cleanPath } from '../../util/path.ts';
import { isTree, type Tree } from '../../yaml/tree.ts';
import type { Expand, Identity } from '../attribute.ts';

/** Short mounts become long ones; targets are cleaned. */
export const expandVolume: Expand = (value, { problem, strict }) => {
  if (typeof value === 'string') {
    const parsed = parseVolume(value);
    if (typeof parsed !== 'string') return withCleanTarget(parsed);
    if (strict) problem(`the volume "${value}" ${parsed}`, 'write [SOURCE:]TARGET[:OPTIONS]');
    return value;
  }
  return isTree(value) ? withCleanTarget(value) : value;
};

function withCleanTarget(mount: Tree): Tree {
  const target = mount['target'];
  if (typeof target !== 'string' || target === '') return mount;
  const clean = cleanPath(target);
  return clean === target ? mount : { ...mount, target: clean };
}

const propagations = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);

/** @returns the mount, or what is wrong with the text */
export function parseVolume(spec: string): Tree | string {
  if (spec === '') return 'is empty';
  if (spec.length <= 2) return { type: 'volume', target: spec };
  const parts = splitAtColons(spec);
  if (parts.some((p) => p === '')) return 'has an empty part between its colons';
  if (parts.length > 3) return 'has too many colons';
  const [first = '', second, third] = parts;
  const source = second === undefined ? undefined : first;
  const mount: Tree = {
    type: 'volume',
    ...(source === undefined ? {} : { source }),
    target: second ?? first,
  };
  for (const option of third === undefined ? [] : third.split(',')) {
    if (option === 'ro') mount['read_only'] = true;
    else if (option === 'rw') mount['read_only'] = false;
    else if (option === 'nocopy') mount['volume'] = { nocopy: true };
    else if (option === 'z' || option === 'Z') mount['bind'] = { ...bindOf(mount), selinux: option };
    else if (propagations.has(option)) mount['bind'] = { ...bindOf(mount), propagation: option };
  }
  if (source !== undefined && isFilePath(source)) {
    mount['type'] = 'bind';
    mount['bind'] = { ...bindOf(mount), create_host_path: true };
  } else {
    mount['volume'] ??= {};
  }
  return mount;
}

function bindOf(mount: Tree): Tree {
  return isTree(mount['bind']) ? mount['bind'] : {};
}

/** A single letter before a colon is a Windows drive; colons within `${…}` are the variable's. */
function splitAtColons(spec: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const c of spec) {
    if (c === '{' && part.endsWith('$')) depth++;
    else if (c === '}' && depth > 0) depth--;
    if (c === ':' && depth === 0 && !/^\p{L}$/u.test(part)) {
      parts.push(part);
      part = '';
    } else {
      part += c;
    }
  }
  parts.push(part);
  return parts;
}

function isFilePath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^\p{L}:/u.test(source);
}

export const mountIdentity: Identity = (entry, problem) => {
  if (typeof entry === 'string') {
    const mount = parseVolume(entry);
    return typeof mount === 'string' ? undefined : String(mount['target']);
  }
  if (!isTree(entry)) return undefined;
  if (typeof entry['target'] === 'string') return entry['target'];
  problem('has no target in the container');
  return undefined;
};
