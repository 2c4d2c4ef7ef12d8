import { isObject } from '../util/json.ts';
/**
 * A tree as YAML if all of its scalars are simple, in the library's own words: its patterns take longer to
 * compile than a project of a few services takes to load. undefined for any other tree.
 */
export function simpleYaml(tree: unknown): string | undefined {
  const lines: string[] = [];
  return isObject(tree) && mapping(tree, '', '', lines) && lines.length > 0 ? lines.join('') : undefined;
}

/** Words, paths and references: they begin with a letter or a slash and hold nothing that means anything. */
const plain = /^[A-Za-z/][A-Za-z0-9_./@+-]*(?:[: ][A-Za-z0-9_./@+-]+)*$/;
const address = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const whole = /^(?:0|[1-9]\d{0,8})$/;
const meaning = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const longest = 1000;

function scalar(value: unknown): string | undefined {
  if (typeof value === 'number')
    return whole.test(String(value)) && !Object.is(value, -0) ? String(value) : undefined;
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value !== 'string' || value.length > longest) return undefined;
  if (value === '' || whole.test(value) || meaning.test(value)) return `"${value}"`;
  return plain.test(value) || address.test(value) ? value : undefined;
}

/** @param first what stands before the first key in place of the indentation: the dash of an item */
function mapping(
  value: Readonly<Record<string, unknown>>,
  indent: string,
  first: string,
  lines: string[],
): boolean {
  let lead = first;
  for (const [key, item] of Object.entries(value)) {
    if (!plain.test(key) || meaning.test(key) || key.includes(' ')) return false;
    if (!entry(`${lead || indent}${key}:`, item, indent, lines)) return false;
    lead = '';
  }
  return true;
}

function entry(head: string, item: unknown, indent: string, lines: string[]): boolean {
  const inner = `${indent}  `;
  if (Array.isArray(item)) {
    if (item.length === 0) return push(lines, `${head} []\n`);
    lines.push(`${head}\n`);
    return item.every((one) => element(one, inner, lines));
  }
  if (!isObject(item)) return push(lines, head, scalar(item));
  if (Object.keys(item).length === 0) return push(lines, `${head} {}\n`);
  lines.push(`${head}\n`);
  return mapping(item, inner, '', lines);
}

function element(item: unknown, indent: string, lines: string[]): boolean {
  if (Array.isArray(item)) return false;
  if (!isObject(item)) return push(lines, `${indent}-`, scalar(item));
  if (Object.keys(item).length === 0) return push(lines, `${indent}- {}\n`);
  return mapping(item, `${indent}  `, `${indent}- `, lines);
}

function push(lines: string[], head: string, text?: string): boolean {
  if (head.endsWith('\n')) lines.push(head);
  else if (text === undefined) return false;
  else lines.push(`${head} ${text}\n`);
  return true;
}
