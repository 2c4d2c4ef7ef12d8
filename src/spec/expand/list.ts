import { splitShellWords } from '../../util/shellwords.ts';
import type { Expand } from '../attribute.ts';
import { cut, isMapping, textOf } from '../value.ts';

/** A string is a list of one. */
export const expandList: Expand = (value) => (typeof value === 'string' ? [value] : value);

export const expandCommand: Expand = (value, path, context) => {
  if (typeof value !== 'string') return value;
  const words = splitShellWords(value);
  if (words !== undefined) return words;
  const hint = 'close every quote, put parentheses in quotes, or write the command as a list';
  context.report({ path, message: `"${value}" can't be split into words`, hint });
  return value;
};

const testKinds: ReadonlySet<unknown> = new Set(['CMD', 'CMD-SHELL', 'NONE']);

export const expandHealthTest: Expand = (value, path, context) => {
  if (typeof value === 'string') return ['CMD-SHELL', value];
  if (Array.isArray(value) && value.length > 0 && !testKinds.has(value[0])) {
    context.report({ path, message: 'the list of a health test must start with CMD, CMD-SHELL or NONE' });
  }
  return value;
};

/** Host names with addresses, from list or mapping, as `host=address` or `host:address` entries. */
export function hostEntries(value: unknown): unknown {
  if (!isMapping(value)) return value;
  return Object.entries(value).flatMap(([host, ips]) =>
    (Array.isArray(ips) ? ips : [ips]).map((ip) => `${host}=${textOf(ip) ?? ''}`),
  );
}

/** A sorted list of `host=address`. */
export const expandHosts: Expand = (value, path, context) => {
  const entries = hostEntries(value);
  if (!Array.isArray(entries)) return value;
  const hosts = new Set<string>();
  for (const entry of entries) {
    if (typeof entry !== 'string') return value;
    const [host, addresses] = cut(entry, entry.includes('=') ? '=' : ':');
    if (addresses === undefined || host === '') {
      context.report({
        path,
        message: `"${entry}" is no host with an address`,
        hint: 'write "host=address"',
      });
      return value;
    }
    for (const ip of addresses.split(',')) {
      const bracketed = /^\[(.*)\]$/.exec(ip);
      if (ip.startsWith('[') && bracketed === null) {
        context.report({ path, message: `the address of "${entry}" has an open bracket` });
        return value;
      }
      hosts.add(`${host}=${bracketed?.[1] ?? ip}`);
    }
  }
  return [...hosts].sort(byBytes);
};

/** `id` or `id=path`, from list or mapping. */
export const expandSsh: Expand = (value) => {
  if (!isMapping(value)) return value;
  return Object.entries(value).map(([id, path]) => (textOf(path) ? `${id}=${textOf(path)}` : id));
};

/** Order of UTF-8 bytes, as Go sorts. */
export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
