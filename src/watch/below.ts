/** A path relative to a folder: '' for itself, undefined if it is elsewhere. */
export function below(folder: string, path: string): string | undefined {
  if (path === folder) return '';
  const start = folder === '/' ? '/' : `${folder}/`;
  return path.startsWith(start) ? path.slice(start.length) : undefined;
}
