import { attributeName } from '../util/attribute.ts';
import { suggest } from '../util/suggest.ts';
import { type Kind, kindOf, type Schema, type Segment, shapeAt } from './shape.ts';

/** One fault with what its words depend on. */
export interface Case {
  readonly root: Schema;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly path: readonly Segment[];
  readonly value: unknown;
}

export interface Words {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Says in the words of the file format what is wrong. */
export function describe(one: Case): Words {
  const { params, path } = one;
  const name = path.length === 0 ? 'the file' : attributeName(path);
  switch (one.keyword) {
    case 'type':
      return wrongType(one, name, [params['type']].flat().map(String));
    case 'additionalProperties':
      return unknownKey(one, name, String(params['additionalProperty']));
    case 'required':
      return { message: `${name} has no "${params['missingProperty']}", which it needs` };
    case 'enum':
      return wrongChoice(one, name, [params['allowedValues']].flat().map(String));
    case 'pattern':
      return wrongPattern(one, name, String(params['pattern']));
    case 'minimum':
      return { message: `${name} must be at least ${params['limit']}, not ${show(one.value)}` };
    case 'maximum':
      return { message: `${name} must be at most ${params['limit']}, not ${show(one.value)}` };
    case 'uniqueItems':
      return repeated(one, name);
    default:
      return { message: `${name} breaks the rule "${one.keyword}" of the Compose schema` };
  }
}

const nouns: Readonly<Record<Kind, string>> = {
  null: 'null',
  boolean: 'a boolean',
  integer: 'a whole number',
  number: 'a number',
  string: 'text',
  array: 'a list',
  object: 'a mapping',
};

/** Short forms come first in our words, as people write them. */
const order: readonly string[] = ['string', 'integer', 'number', 'boolean', 'array', 'object', 'null'];

function wrongType({ root, path, value }: Case, name: string, kinds: readonly string[]): Words {
  const sorted = order.filter((kind) => kinds.includes(kind)) as Kind[];
  const wanted =
    sorted.length === 1 && sorted[0] === 'boolean'
      ? 'true or false'
      : either(sorted.map((kind) => nouns[kind]));
  return {
    message: `${name} must be ${wanted}, not ${show(value)}`,
    hint: cure(kinds, value, path, acceptsText(root, path)),
  };
}

/** What to write in place of a value of the wrong type, where that is clear. */
function cure(
  kinds: readonly string[],
  value: unknown,
  path: readonly Segment[],
  listOfText: boolean,
): string | undefined {
  const kind = kindOf(value);
  const inList = typeof path.at(-1) === 'number';
  if (kind === 'null') return `give it a value, or remove the ${inList ? 'item' : 'key'}`;
  if (kind === 'object') {
    return inList && kinds.includes('string') ? 'put the text in quotes if it contains ": "' : undefined;
  }
  if (kind === 'array') return undefined;
  const scalars = kinds.filter((one) => order.indexOf(one) < order.indexOf('array'));
  // Where numbers are welcome, a wrong one is no text that lacks its quotes.
  if (scalars.length > 0)
    return scalars.join() === 'string' ? `put it in quotes: "${String(value)}"` : undefined;
  return listOfText && kinds.includes('array')
    ? `write it as a list: [${JSON.stringify(String(value))}]`
    : undefined;
}

/** Whether one text could be an item of the list at the path. */
function acceptsText(root: Schema, path: readonly Segment[]): boolean {
  const type = shapeAt(root, [...path, 0])?.type;
  return [type].flat().includes('string');
}

function unknownKey({ root, path }: Case, name: string, key: string): Words {
  const shape = shapeAt(root, path);
  const known = Object.keys(shape?.properties ?? {});
  if (known.length > 0) {
    const message =
      path.length === 0 ? `unknown top-level attribute "${key}"` : `${name} has no attribute "${key}"`;
    const near = suggest(key, known);
    return { message, hint: near === undefined ? elsewhere(root, path, key) : `did you mean "${near}"?` };
  }
  if (key === '') return { message: `${name} has an empty key`, hint: 'give it a name, or remove it' };
  return {
    message: `"${key}" can not be a name in ${name}`,
    hint: 'use letters, digits, ".", "_" and "-" only',
  };
}

/** Where an attribute that stands in the wrong place belongs: one level too high or too deep is a common slip. */
function elsewhere(root: Schema, path: readonly Segment[], key: string): string | undefined {
  const has = (at: readonly Segment[]) => shapeAt(root, at)?.properties?.[key] !== undefined;
  if (path.length === 0) return has(['services', 'a']) ? `"${key}" belongs to a service` : undefined;
  for (let length = path.length - 1; length > 0; length--) {
    const outer = path.slice(0, length);
    if (has(outer)) return `"${key}" is an attribute of ${attributeName(outer)}: check the indentation`;
  }
  if (has([])) return `"${key}" belongs at the top level of the file`;
  const within = Object.keys(shapeAt(root, path)?.properties ?? {}).find((name) => has([...path, name]));
  return within === undefined ? undefined : `"${key}" is an attribute of "${within}"`;
}

function wrongChoice({ value }: Case, name: string, allowed: readonly string[]): Words {
  const near = typeof value === 'string' && value.length > 2 ? suggest(value, allowed) : undefined;
  return {
    message: `${name} must be ${either(allowed.map((one) => `"${one}"`))}, not ${show(value)}`,
    hint: near === undefined ? undefined : `did you mean "${near}"?`,
  };
}

const patterns: Readonly<Record<string, string>> = {
  container_name:
    'a name has two characters or more: a letter or digit, then letters, digits, "_", "." and "-"',
  pull_policy:
    'use always, never, missing, build, refresh, daily, weekly, or a time such as every_12h (units: w, d, h, m, s)',
};

function wrongPattern({ path, value }: Case, name: string, pattern: string): Words {
  return {
    message: `${name} can not be ${show(value)}`,
    hint: patterns[String(path.at(-1))] ?? `it has to match the pattern ${pattern}`,
  };
}

function repeated({ value, params }: Case, name: string): Words {
  const places = [Number(params['j']), Number(params['i'])].sort((a, b) => a - b);
  const item: unknown = Array.isArray(value) ? value[places[0] ?? 0] : undefined;
  const [first, second] = places.map((place) => place + 1);
  return {
    message: `${name} has ${show(item)} twice: items ${first} and ${second} are the same`,
    hint: 'remove one of them',
  };
}

/** A value as a reader of the file knows it: scalars as they stand, shortened; collections by their kind. */
function show(value: unknown): string {
  const kind = kindOf(value);
  if (kind === 'array' || kind === 'object' || kind === 'null') return nouns[kind];
  if (typeof value !== 'string') return `the ${kind === 'boolean' ? 'value' : 'number'} ${String(value)}`;
  const line = JSON.stringify(value);
  return `the text ${line.length > 60 ? `${line.slice(0, 56)}…"` : line}`;
}

function either(words: readonly string[]): string {
  const last = words.at(-1) ?? 'nothing';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
