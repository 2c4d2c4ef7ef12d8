import type { Project } from '../model/project.ts';
import type { Service } from '../model/service.ts';
import { type Attribute, below } from '../spec/attribute.ts';
import { document } from '../spec/document.ts';
import { setKey, type Tree } from '../yaml/tree.ts';

export interface PrintOptions {
  /** Doubles every `$`, so that the text can be loaded again. */
  readonly escapeDollars: boolean;
  /** With the models, which the reference has in YAML only. */
  readonly models?: boolean;
}

/** What is printed of a project: the whole, or its services only. */
export type Printed =
  | Project
  | (Pick<Project, 'services'> & { readonly [K in Exclude<keyof Project, 'services'>]?: never });

/** The project as `config --format json` prints it: indented, keys in the canonical order. */
export function canonicalJson(project: Printed, options: PrintOptions): string {
  const json = goJson(printable(canonicalTree(project, options.models), document, true), 2);
  // No dollar stands in JSON but in texts.
  return options.escapeDollars && json.includes('$') ? json.replaceAll('$', '$$$$') : json;
}

/** One service in the same form, in one line and without doubled `$`. */
export function canonicalService(service: Service): string {
  const attribute = below(below(document, 'services'), '');
  return goJson(printable(service, attribute));
}

/** The project as one value, keys in the order in which they are printed. */
export function canonicalTree(project: Printed, models = false): Record<string, unknown> {
  if (project.name === undefined) return { services: project.services };
  const tree: Record<string, unknown> = { name: project.name, services: project.services };
  for (const kind of ['networks', 'volumes', 'secrets', 'configs'] as const) {
    if (Object.keys(project[kind]).length > 0) tree[kind] = project[kind];
  }
  if (models && Object.keys(project.models).length > 0) tree['models'] = project.models;
  for (const key of Object.keys(project.extensions).sort())
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

/**
 * What is printed of a value; the value itself, where that is all of it. Below the top level, `x-*` of what has fields
 * of its own are left out; keys of mappings never are. Extensions have their keys sorted.
 */
function printable(value: unknown, attribute: Attribute, isTop = false): unknown {
  if (typeof value !== 'object' || value === null || !holdsFields(attribute)) return value;
  if (Array.isArray(value)) {
    const items = value.map((item, i) => printable(item, below(attribute, i)));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  const tree = value as Readonly<Tree>;
  const keys = Object.keys(tree);
  const isSorted = attribute.kind === 'any';
  const result: Tree = {};
  let changed = isSorted;
  for (const key of isSorted ? keys.sort() : keys) {
    if (!isTop && hasFields(attribute) && key.startsWith('x-')) {
      changed = true;
      continue;
    }
    const item = tree[key];
    const field = below(attribute, key);
    if (field.unprinted) {
      changed = true;
      continue;
    }
    const shown = printable(item, field);
    changed ||= shown !== item;
    setKey(result, key, shown);
  }
  return changed ? result : value;
}

const containers: ReadonlySet<string> = new Set(['struct', 'ulimit', 'list', 'map', 'any']);

/** Whether there may be something below that is not printed as it is. */
function holdsFields({ kind }: Attribute): boolean {
  return containers.has(kind);
}

function hasFields({ kind }: Attribute): boolean {
  return kind === 'struct' || kind === 'ulimit';
}
