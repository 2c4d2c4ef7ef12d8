import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import { type Attribute, below } from '../spec/attribute.ts';
import { document } from '../spec/document.ts';
import { setKey, type Tree } from '../yaml/tree.ts';
import { byBytes } from './decode.ts';

export interface PrintOptions {
  /** Doubles every `$`, so that the text can be loaded again. */
  readonly escapeDollars: boolean;
}

/** What is printed of a project: the whole, or its services only. */
export type Printed =
  | Project
  | (Pick<Project, 'services'> & { readonly [K in Exclude<keyof Project, 'services'>]?: never });

/** The project as `config --format json` prints it: indented, keys in the canonical order. */
export function canonicalJson(project: Printed, options: PrintOptions): string {
  return goJson(printable(canonicalTree(project), document, options, true), 2);
}

/** One service in the same form, in one line and without doubled `$`. */
export function canonicalService(service: Service): string {
  const attribute = below(below(document, 'services'), '');
  return goJson(printable(service, attribute, { escapeDollars: false }));
}

/** The project as one value, keys in the order in which they are printed. */
export function canonicalTree(project: Printed): Record<string, unknown> {
  if (project.name === undefined) return { services: project.services };
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

/** Below the top level, `x-*` of what has fields of its own are not printed; keys of mappings always are. */
function printable(value: unknown, attribute: Attribute, options: PrintOptions, isTop = false): unknown {
  if (typeof value === 'string') return escaped(value, options);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, i) => printable(item, below(attribute, i), options));
  const result: Tree = {};
  const keys = attribute.kind === 'any' ? Object.keys(value).sort(byBytes) : Object.keys(value);
  for (const key of keys) {
    if (!isTop && hasFields(attribute) && key.startsWith('x-')) continue;
    const item = (value as Readonly<Tree>)[key];
    setKey(result, escaped(key, options), printable(item, below(attribute, key), options));
  }
  return result;
}

function escaped(text: string, options: PrintOptions): string {
  return options.escapeDollars && text.includes('$') ? text.replaceAll('$', '$$$$') : text;
}

function hasFields({ kind }: Attribute): boolean {
  return kind === 'struct' || kind === 'ulimit';
}
