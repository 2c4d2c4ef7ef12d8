import type { Code } from '../diagnostic/codes.ts';
import { describe } from './describe.ts';
import { validate } from './generated/compose.js';
import { schema } from './generated/schema.js';
import { QuickValidator } from './quick.ts';
import { type Fault, kindOf, kindsOf, type Segment, shapeAt } from './shape.ts';

/** One value, or one key, that the schema does not allow. */
export interface SchemaProblem {
  /** To the faulty value; for a key that is not allowed, to that key; for a missing key, to the mapping that lacks it. */
  readonly path: readonly Segment[];
  readonly code: Code;
  /** The rule of JSON Schema that is broken, for example `type` or `additionalProperties`. */
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Names the attribute by its path, for example `services.web.ports must be a list`. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

const quick = new QuickValidator(schema);

/**
 * Checks a merged tree of plain values against the Compose schema: all problems, one for each fault, in the order of
 * the schema.
 */
export function validateTree(tree: unknown): SchemaProblem[] {
  if (quick.accepts(tree) || validate(tree)) return [];
  return fold(tree, validate.errors ?? []).map(({ fault, path }) => problem(tree, fault, path));
}

/** By keyword. Those not named here restrict values. */
const codeOf: Readonly<Record<string, Code>> = {
  additionalProperties: 'TSC120',
  type: 'TSC121',
  required: 'TSC123',
  uniqueItems: 'TSC124',
};

interface Located {
  readonly fault: Fault;
  readonly path: readonly Segment[];
}

/**
 * Where a value has alternatives, the validator tells what is wrong with each of them. Kept is what is wrong with the
 * alternative that the value's type speaks for; without one, a single fault names all types together.
 */
function fold(tree: unknown, faults: readonly Fault[]): Located[] {
  const choices = new Set(faults.filter((one) => one.keyword === 'anyOf').map((one) => one.instancePath));
  return faults.flatMap((fault): Located[] => {
    const path = segments(tree, fault.instancePath);
    if (!choices.has(fault.instancePath)) return [{ fault, path }];
    const shape = shapeAt(schema, path);
    const kinds = shape === undefined ? [] : kindsOf(shape);
    const fits = kinds.includes(kindOf(valueAt(tree, path)));
    if (fault.keyword === 'anyOf') {
      return fits ? [] : [{ fault: { ...fault, keyword: 'type', params: { type: kinds } }, path }];
    }
    return fits && fault.keyword !== 'type' && suits(fault, valueAt(tree, path)) ? [{ fault, path }] : [];
  });
}

/** An `enum` of texts has nothing to say about a list. */
function suits(fault: Fault, value: unknown): boolean {
  return fault.keyword !== 'enum' || typeof value === 'string';
}

function problem(tree: unknown, fault: Fault, path: readonly Segment[]): SchemaProblem {
  const extra = fault.params['additionalProperty'];
  const { message, hint } = describe({
    root: schema,
    keyword: fault.keyword,
    params: fault.params,
    path,
    value: valueAt(tree, path),
  });
  return {
    path: typeof extra === 'string' ? [...path, extra] : path,
    code: codeOf[fault.keyword] ?? 'TSC122',
    keyword: fault.keyword,
    params: fault.params,
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** The parts of a JSON pointer. Items of lists become numbers; keys of mappings stay text, `0` too. */
function segments(tree: unknown, pointer: string): Segment[] {
  let value = tree;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const segment = Array.isArray(value) ? Number(key) : key;
      value = valueAt(value, [segment]);
      return segment;
    });
}

function valueAt(tree: unknown, path: readonly Segment[]): unknown {
  let value = tree;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<Segment, unknown>>)[segment];
  }
  return value;
}
