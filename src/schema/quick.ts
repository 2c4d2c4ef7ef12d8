import { kindOf, type Schema } from './shape.ts';

/** One schema, prepared. */
interface Check {
  readonly types: readonly string[] | undefined;
  readonly allowed: ReadonlySet<unknown> | undefined;
  readonly pattern: RegExp | undefined;
  readonly minimum: number;
  readonly maximum: number;
  readonly unique: boolean;
  readonly items: Schema | undefined;
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, Schema>>;
  readonly patterns: readonly (readonly [RegExp, Schema])[];
  /** What other keys may hold; false: there may be none. */
  readonly others: Schema | boolean;
  readonly alternatives: readonly Schema[] | undefined;
}

/**
 * Tells quickly that a value is valid, as it nearly always is. The compiled validator, which says what is wrong, need
 * not be loaded then.
 */
export class QuickValidator {
  readonly #root: Schema;
  readonly #known = new Map<Schema, Check>();

  constructor(root: Schema) {
    this.#root = root;
  }

  accepts(value: unknown, schema: Schema = this.#root): boolean {
    const check = this.#known.get(schema) ?? this.#prepare(schema);
    const { types, allowed, pattern, alternatives } = check;
    if (types !== undefined && !hasType(value, types)) return false;
    if (allowed !== undefined && !allowed.has(value)) return false;
    if (alternatives !== undefined && !alternatives.some((one) => this.accepts(value, one))) return false;
    if (typeof value === 'string') return pattern === undefined || pattern.test(value);
    if (typeof value === 'number') return value >= check.minimum && value <= check.maximum;
    if (Array.isArray(value)) return this.#acceptsList(value, check);
    return typeof value !== 'object' || value === null || this.#acceptsMapping(value, check);
  }

  #acceptsList(list: readonly unknown[], { items, unique }: Check): boolean {
    if (items !== undefined) for (const item of list) if (!this.accepts(item, items)) return false;
    return !unique || list.length < 2 || new Set(list.map(identity)).size === list.length;
  }

  #acceptsMapping(tree: object, { required, properties, patterns, others }: Check): boolean {
    for (const key of required) if (!Object.hasOwn(tree, key)) return false;
    for (const key of Object.keys(tree)) {
      const value = (tree as Readonly<Record<string, unknown>>)[key];
      const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
      let known = own !== undefined;
      if (own !== undefined && !this.accepts(value, own)) return false;
      for (const [pattern, schema] of patterns) {
        if (!pattern.test(key)) continue;
        known = true;
        if (!this.accepts(value, schema)) return false;
      }
      if (known || others === true) continue;
      if (others === false || !this.accepts(value, others)) return false;
    }
    return true;
  }

  #prepare(schema: Schema): Check {
    const target = schema.$ref === undefined ? schema : this.#target(schema.$ref);
    const { type, pattern, patternProperties = {} } = target;
    const check: Check = {
      types: type === undefined ? undefined : [type].flat(),
      allowed: target.enum === undefined ? undefined : new Set(target.enum),
      pattern: pattern === undefined ? undefined : new RegExp(pattern, 'u'),
      minimum: target.minimum ?? Number.NEGATIVE_INFINITY,
      maximum: target.maximum ?? Number.POSITIVE_INFINITY,
      unique: target.uniqueItems === true,
      items: target.items,
      required: target.required ?? [],
      properties: target.properties ?? {},
      patterns: Object.entries(patternProperties).map(([key, value]) => [new RegExp(key, 'u'), value]),
      others: target.additionalProperties ?? true,
      alternatives: target.anyOf,
    };
    this.#known.set(schema, check);
    return check;
  }

  #target(reference: string): Schema {
    const found = this.#root.$defs?.[reference.slice('#/$defs/'.length)];
    if (found === undefined) throw new Error(`the schema has no ${reference}`);
    return found;
  }
}

function hasType(value: unknown, types: readonly string[]): boolean {
  const kind = kindOf(value);
  if (types.includes(kind)) return kind !== 'number' || Number.isFinite(value);
  return kind === 'integer' && types.includes('number');
}

/** Equal for equal items of any type. */
function identity(item: unknown): unknown {
  return typeof item === 'string' ? `"${item}` : stable(item);
}

function stable(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (Array.isArray(value)) return `[${value.map(stable).join()}]`;
  const tree = value as Readonly<Record<string, unknown>>;
  return `{${Object.keys(tree)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${stable(tree[key])}`)
    .join()}}`;
}
