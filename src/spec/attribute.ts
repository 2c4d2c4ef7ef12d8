/**
 * How the canonical form holds a value.
 * - `words`: a command, split like a shell would; `test`: the test of a healthcheck
 * - `mapping`: text to text, no value is ""; `nullableMapping`: no value stays null
 * - `options`: text to text, written as a mapping only; `multiOptions`: text to list of texts
 * - `mode`: file permissions as octal text; `float32`: a number in single precision
 */
export type Kind =
  | 'text'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'float32'
  | 'duration'
  | 'bytes'
  | 'mode'
  | 'texts'
  | 'words'
  | 'test'
  | 'mapping'
  | 'nullableMapping'
  | 'options'
  | 'multiOptions'
  | 'hosts'
  | 'count'
  | 'ulimit'
  | 'struct'
  | 'list'
  | 'map'
  | 'any';

/**
 * What a later file does to an earlier one. Without a rule: mappings merge by key, lists append, the rest
 * is replaced.
 */
export type Merge =
  | 'replace'
  | 'byKey'
  | 'build'
  | 'hosts'
  | 'logging'
  | 'subnets'
  | { readonly asMapping: (name: string) => unknown };

/** The key by which two entries of a list are the same one; undefined: the entry is kept as it is. */
export type Identity = (entry: unknown, problem: (message: string) => void) => string | undefined;

export interface ExpandContext {
  /** Reports that the value, or one entry of it, can't be read; what is returned then no longer matters. */
  readonly problem: (message: string, hint?: string, entry?: number) => void;
  /** False with `--no-interpolate`: values may be templates, and what can't be read stays as it is. */
  readonly strict: boolean;
}

/** Short syntax to long syntax. Returns the value itself if there is nothing to do. */
export type Expand = (value: unknown, context: ExpandContext) => unknown;

export type PathRule = 'file' | 'context' | 'watched' | 'mount' | 'portable' | 'device';

/** Everything the loader knows about one attribute of the Compose Specification. */
export interface Attribute {
  readonly kind: Kind;
  /** Of a struct, in the order in which they are printed. */
  readonly fields?: Readonly<Record<string, Attribute>>;
  /** Entries of a list, values of a map. */
  readonly item?: Attribute;
  readonly merge?: Merge;
  readonly identity?: Identity;
  readonly expand?: Expand;
  /** Strings become this while variables are put in. */
  readonly cast?: 'integer' | 'number' | 'boolean';
  readonly path?: PathRule;
  /** Fills in defaults of the long syntax; returns the value itself if nothing is missing. */
  readonly fill?: (value: Readonly<Record<string, unknown>>) => unknown;
  /** Printed although false, zero or empty. */
  readonly keepEmpty?: boolean;
  /** What is printed when it is not set: null, '' or zero. */
  readonly whenUnset?: null | '' | 0 | '0';
  /** True is the default and not printed. */
  readonly omitTrue?: boolean;
  /** The name under which it is printed, if it is another one. */
  readonly printedAs?: string;
  /** Known, but left out of what is printed. */
  readonly unprinted?: boolean;
  /** A number below zero is refused. */
  readonly unsigned?: boolean;
  /** Values of a mapping are texts and whole numbers, nothing else. */
  readonly exact?: boolean;
  /** Null means something; it is printed. */
  readonly keepNull?: boolean;
}

type Rules = Omit<Attribute, 'kind' | 'fields' | 'item'>;

const of =
  (kind: Kind) =>
  (rules: Rules = {}): Attribute => ({ kind, ...rules });

export const text = of('text');
export const boolean = of('boolean');
export const integer = of('integer');
export const number = of('number');
export const float32 = of('float32');
export const duration = of('duration');
export const bytes = of('bytes');
export const mode = of('mode');
export const words = of('words');
export const test = of('test');
export const options = of('options');
export const multiOptions = of('multiOptions');
export const count = of('count');
export const ulimit = of('ulimit');

/** A boolean that may be written as a string. */
export const flag = (rules: Rules = {}): Attribute => boolean({ cast: 'boolean', ...rules });
/** An integer that may be written as a string. */
export const int = (rules: Rules = {}): Attribute => integer({ cast: 'integer', ...rules });

export const anything: Attribute = { kind: 'any' };

export function struct(fields: Readonly<Record<string, Attribute>>, rules: Rules = {}): Attribute {
  return { kind: 'struct', fields, ...rules };
}
export function list(item: Attribute, rules: Rules = {}): Attribute {
  return { kind: 'list', item, ...rules };
}
export function map(item: Attribute, rules: Rules = {}): Attribute {
  return { kind: 'map', item, ...rules };
}

/** What a mapping or list of texts holds: numbers are taken for their text. */
export const textOfMapping = text();
const limit = int();

/** The attribute below `key`; x-* and what the specification does not know is `anything`. */
export function below(attribute: Attribute, key: string | number): Attribute {
  switch (attribute.kind) {
    case 'struct': {
      const fields = attribute.fields ?? {};
      return Object.hasOwn(fields, key) ? (fields[key] ?? anything) : anything;
    }
    case 'mapping':
    case 'nullableMapping':
    case 'options':
    case 'multiOptions':
    case 'hosts':
    case 'texts':
      return textOfMapping;
    case 'ulimit':
      return String(key).startsWith('x-') ? anything : limit;
    default:
      return attribute.item ?? anything;
  }
}
