/** Paths of POSIX systems, as plain text: nothing here looks at a file system. */

export function isAbsolute(path: string): boolean {
  return path.startsWith('/');
}

/** Without `.`, `..`, doubled and trailing slashes; the empty path is `.`. */
export function cleanPath(path: string): string {
  const absolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!absolute) parts.push(part);
  }
  const joined = parts.join('/');
  if (absolute) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

export function joinPath(...parts: readonly string[]): string {
  return cleanPath(parts.filter((part) => part !== '').join('/'));
}

/** The second path, taken from the first if it is relative. */
export function resolvePath(from: string, path: string): string {
  return isAbsolute(path) ? cleanPath(path) : joinPath(from, path);
}

export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return '.';
  return slash === 0 ? '/' : cleanPath(path.slice(0, slash));
}

export function basename(path: string): string {
  return cleanPath(path).split('/').at(-1) ?? '';
}
