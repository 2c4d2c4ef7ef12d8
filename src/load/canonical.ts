import type { Project } from '../model/project.ts';
import { byBytes } from './decode.ts';

export interface PrintOptions {
  /** Doubles every `$`, so that the text can be loaded again. */
  readonly escapeDollars: boolean;
}

/** The project as `config --format json` prints it: indented, keys in the canonical order. */
export function canonicalJson(project: Project, options: PrintOptions): string {
  return goJson(printable(canonicalTree(project), options, 0), 2);
}

/** The project as one value, keys in the order in which they are printed. */
export function canonicalTree(project: Project): Record<string, unknown> {
  const tree: Record<string, unknown> = { name: project.name, services: project.services };
  for (const kind of ['networks', 'volumes', 'secrets', 'configs'] as const) {
    if (Object.keys(project[kind]).length > 0) tree[kind] = project[kind];
  }
  for (const key of Object.keys(project.extensions).sort(byBytes))
    tree[key] = project.extensions[key as `x-${string}`];
  return tree;
}

/** JSON with `<`, `>`, `&` and the line separators escaped, as Go writes it. */
export function goJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Below the top level, `x-*` are not printed. */
function printable(value: unknown, options: PrintOptions, depth: number): unknown {
  if (typeof value === 'string') return options.escapeDollars ? value.replaceAll('$', '$$$$') : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => printable(item, options, depth + 1));
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (depth > 0 && key.startsWith('x-') && depth !== extensionDepth) continue;
    const name = options.escapeDollars && key.includes('$') ? key.replaceAll('$', '$$$$') : key;
    result[name] =
      depth === 0 && key.startsWith('x-') ? escaped(item, options) : printable(item, options, depth + 1);
  }
  return result;
}

const extensionDepth = -1;

/** Inside a top-level `x-*` everything is kept. */
function escaped(value: unknown, options: PrintOptions): unknown {
  if (typeof value === 'string') return options.escapeDollars ? value.replaceAll('$', '$$$$') : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => escaped(item, options));
  return Object.fromEntries(
    Object.keys(value)
      .sort(byBytes)
      .map((key) => {
        const name = options.escapeDollars ? key.replaceAll('$', '$$$$') : key;
        return [name, escaped((value as Readonly<Record<string, unknown>>)[key], options)];
      }),
  );
}
