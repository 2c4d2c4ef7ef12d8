import { isTree } from '../../yaml/tree.ts';
import type { Expand, Identity } from '../attribute.ts';

/** A grant of a config or secret: its name alone, or a mapping. */
export const expandGrant: Expand = (value) => (typeof value === 'string' ? { source: value } : value);

/** Two grants are the same if they end at the same path of the container. */
export function grantIdentity(folder: string): Identity {
  return (entry) => {
    if (typeof entry === 'string') return `${folder}/${entry}`;
    if (!isTree(entry)) return undefined;
    const { source, target } = entry;
    return typeof target === 'string' && target !== '' ? target : `${folder}/${source}`;
  };
}

export const expandEnvFiles: Expand = (value) => {
  const files = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(files)) return files;
  return files.map((file: unknown) => {
    if (typeof file === 'string') return { path: file, required: true };
    return isTree(file) && file['required'] === undefined ? { ...file, required: true } : file;
  });
};

export const envFileIdentity: Identity = (entry, problem) => {
  if (typeof entry === 'string') return entry;
  if (!isTree(entry)) return undefined;
  if (typeof entry['path'] === 'string') return entry['path'];
  problem('has no path');
  return undefined;
};

/** A list of names becomes a mapping. */
export function namesToMapping(entryOf: (name: string) => unknown): Expand {
  return (value) => {
    if (!Array.isArray(value)) return value;
    const entries = value.filter((name): name is string => typeof name === 'string');
    return Object.fromEntries(entries.map((name) => [name, entryOf(name)]));
  };
}

export const started = (): unknown => ({ condition: 'service_started', required: true });
export const nothing = (): unknown => null;

export const expandDependencies: Expand = (value) => {
  if (Array.isArray(value)) return namesToMapping(started)(value, { problem: () => {}, strict: true });
  if (!isTree(value)) return value;
  const missing = Object.values(value).some((d) => isTree(d) && d['required'] === undefined);
  if (!missing) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, d]) => [
      name,
      isTree(d) && d['required'] === undefined ? { ...d, required: true } : d,
    ]),
  );
};

/** `external: {name: x}`, the old form, becomes `external: true, name: x`. */
export const expandExternal: Expand = (value, { problem }) => {
  if (!isTree(value) || !isTree(value['external'])) return value;
  const name = value['external']['name'];
  if (name === undefined) return { ...value, external: true };
  if (value['name'] !== undefined && value['name'] !== name)
    problem('has two names: name and external.name', 'use only name');
  return { ...value, external: true, name };
};

/** `KEY=value` entries become a mapping. */
export const entriesToMapping: Expand = (value, { problem, strict }) => {
  if (!Array.isArray(value)) return value;
  const entries = value.filter((e): e is string => typeof e === 'string');
  return Object.fromEntries(
    entries.map((e) => {
      const equals = e.indexOf('=');
      if (equals < 0 && strict) problem(`has the entry "${e}", which is not NAME=CONTEXT`);
      return equals < 0 ? [e, ''] : [e.slice(0, equals), e.slice(equals + 1)];
    }),
  );
};

/** SSH agents and keys as `id` or `id=path`. */
export const expandSsh: Expand = (value) => {
  if (typeof value === 'string') return [value];
  if (!isTree(value)) return value;
  return Object.entries(value).map(([id, path]) => (path === null ? id : `${id}=${path}`));
};
