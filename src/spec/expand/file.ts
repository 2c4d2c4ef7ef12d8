import type { Expand, Identity } from '../attribute.ts';
import { isMapping } from '../value.ts';

/** A config granted to a service, or a secret to a build. */
export const expandGrant: Expand = (value) => (typeof value === 'string' ? { source: value } : value);

/** A secret granted to a service. */
export const expandSecret: Expand = (value) =>
  typeof value === 'string' ? { source: value, target: `/run/secrets/${value}` } : value;

/** Two grants with one target are one; the target that is not written follows from the source. */
export function grantIdentity(folder: string): Identity {
  return (entry) => {
    if (typeof entry === 'string') return `${folder}/${entry}`;
    if (!isMapping(entry)) return undefined;
    if (typeof entry.target === 'string') return entry.target;
    return typeof entry.source === 'string' ? `${folder}/${entry.source}` : undefined;
  };
}

export const expandEnvFiles: Expand = (value, path, context) => {
  const entries: unknown = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(entries)) return value;
  return entries.map((entry: unknown, index) => {
    if (typeof entry === 'string') return { path: entry };
    if (isMapping(entry) && entry.path === undefined) {
      context.report({ path: `${path}[${index}]`, message: 'this env file has no path', hint: 'add "path"' });
    }
    return entry;
  });
};

export const envFileIdentity: Identity = (entry) => {
  const path = isMapping(entry) ? entry.path : entry;
  return typeof path === 'string' ? path : undefined;
};

/** The old `external: {name: x}` is `external: true, name: x`. */
export const expandResource: Expand = (value, path, context) => {
  if (!isMapping(value) || !isMapping(value.external)) return value;
  const name = value.external.name;
  if (name !== undefined && value.name !== undefined) {
    context.report({
      path,
      message: '"name" and "external.name" exclude each other',
      hint: 'keep "name" only',
    });
  }
  return { ...value, external: true, ...(name === undefined ? {} : { name }) };
};
