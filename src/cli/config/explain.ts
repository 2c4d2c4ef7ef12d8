import { UserError } from '../../diagnostic/errors.ts';
import type { LoadedTree } from '../../load/tree.ts';
import { isTree } from '../../yaml/tree.ts';

/**
 * Every value below a path of the model, with the places that it was written at, the one that counts last.
 * @throws UserError if the project has nothing there
 */
export function explain(loaded: LoadedTree, path: string): string {
  const lines: string[] = [];
  walk(valueAt(loaded.tree, path), path, (value, at) => {
    const places = loaded.locate(at).map((place) => `${place.file}:${place.line}:${place.column}`);
    lines.push(`${at}: ${JSON.stringify(value)}`);
    if (places.length === 0) lines.push('    set by default');
    for (const [i, place] of places.entries())
      lines.push(`    ${place}${i < places.length - 1 ? ' (overridden or merged)' : ''}`);
  });
  return lines.map((line) => `${line}\n`).join('');
}

function valueAt(tree: unknown, path: string): unknown {
  let value = tree;
  for (const key of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (Array.isArray(value)) value = value[Number(key)];
    else value = isTree(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (value === undefined) {
      throw new UserError('TSC146', `the project has nothing at "${path}"`, {
        hint: 'write a path such as services.web.ports',
      });
    }
  }
  return value;
}

function walk(value: unknown, path: string, visit: (value: unknown, path: string) => void): void {
  if (Array.isArray(value)) for (const [i, item] of value.entries()) walk(item, `${path}[${i}]`, visit);
  else if (isTree(value))
    for (const [key, item] of Object.entries(value)) walk(item, `${path}.${key}`, visit);
  else visit(value, path);
}
