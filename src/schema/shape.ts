/** The part of JSON Schema that `schemas/compose.json` uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly uniqueItems?: boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** One error of the compiled validator. */
export interface Fault {
  /** JSON pointer to the value. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export type Segment = string | number;

/** The schema for the value at a path, references followed; undefined where the schema says nothing. */
export function shapeAt(root: Schema, path: readonly Segment[]): Schema | undefined {
  let shape: Schema | undefined = followed(root, root);
  for (const segment of path) {
    if (shape === undefined) return undefined;
    const parts: readonly Schema[] = shape.anyOf?.map((part) => followed(root, part)) ?? [shape];
    const below = parts.map((part) => child(part, segment)).find((part) => part !== undefined);
    shape = below && followed(root, below);
  }
  return shape;
}

function child(shape: Schema, segment: Segment): Schema | undefined {
  if (typeof segment === 'number') return shape.items;
  if (shape.properties !== undefined && Object.hasOwn(shape.properties, segment)) {
    return shape.properties[segment];
  }
  const patterns = Object.entries(shape.patternProperties ?? {});
  return patterns.find(([pattern]) => new RegExp(pattern, 'u').test(segment))?.[1];
}

function followed(root: Schema, shape: Schema): Schema {
  const name = shape.$ref?.replace('#/$defs/', '');
  return name === undefined ? shape : (root.$defs?.[name] ?? shape);
}

export type Kind = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** The JSON type of a value. */
export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number' || typeof value === 'bigint') {
    return typeof value === 'bigint' || Number.isInteger(value) ? 'integer' : 'number';
  }
  return typeof value === 'string' ? 'string' : 'object';
}

/** The types that a schema admits, those of all its alternatives together. */
export function kindsOf(shape: Schema): readonly string[] {
  return [...new Set((shape.anyOf ?? [shape]).flatMap((part) => part.type ?? []))];
}
