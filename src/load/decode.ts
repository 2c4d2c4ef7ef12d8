import type { Attribute } from '../spec/attribute.ts';
import { below } from '../spec/attribute.ts';
import { isTree, setKey, type Tree } from '../yaml/tree.ts';
import { pathBelow, type Spot, type StageContext } from './context.ts';
import { decodeScalar, isEmpty } from './values.ts';

/**
 * Turns the long syntax into the canonical form: values in canonical text, keys in the order of the
 * specification's structs, mappings sorted, what is not set left out.
 */
export function decode(value: unknown, attribute: Attribute, spot: Spot, context: StageContext): unknown {
  if (value === null || value === undefined)
    return attribute.keepNull === true && value === null ? null : undefined;
  switch (attribute.kind) {
    case 'any':
      return value;
    case 'struct':
      return isTree(value)
        ? decodeStruct(value, attribute, spot.path, context)
        : mismatch(spot, context, 'a mapping');
    case 'list':
      return Array.isArray(value)
        ? decodeList(value, attribute, spot.path, context)
        : mismatch(spot, context, 'a list');
    case 'map':
      return isTree(value)
        ? decodeMap(value, attribute, spot.path, context)
        : mismatch(spot, context, 'a mapping');
    default:
      return decodeScalar(value, attribute, spot, context);
  }
}

function mismatch(spot: Spot, { problems }: StageContext, wanted: string): undefined {
  problems.at('TSC121', `${spot.path} must be ${wanted}`, spot.path, spot.container, spot.key);
}

function decodeStruct(tree: Tree, attribute: Attribute, path: string, context: StageContext): Tree {
  const result: Tree = {};
  const fields = attribute.fields ?? {};
  for (const key in fields) {
    const field = fields[key] as Attribute;
    const value = Object.hasOwn(tree, key)
      ? decode(tree[key], field, { path: pathBelow(path, key), container: tree, key }, context)
      : undefined;
    if (value === undefined) {
      if (field.whenUnset !== undefined) result[field.printedAs ?? key] = field.whenUnset;
      else if (field.keepEmpty === true && field.kind === 'struct') result[key] = emptyStruct(field);
    } else if (
      field.omitTrue === true ? value !== true : field.keepEmpty === true || !isEmpty(value, field)
    ) {
      result[field.printedAs ?? key] = value;
    }
  }
  for (const key of Object.keys(tree)) if (key.startsWith('x-')) setKey(result, key, tree[key]);
  return result;
}

function emptyStruct(field: Attribute): Tree {
  const result: Tree = {};
  for (const [key, inner] of Object.entries(field.fields ?? {}))
    if (inner.whenUnset !== undefined) result[key] = inner.whenUnset;
  return result;
}

function decodeList(
  items: readonly unknown[],
  attribute: Attribute,
  path: string,
  context: StageContext,
): unknown[] {
  return items.map((item, i) =>
    decode(item, below(attribute, i), { path: pathBelow(path, i), container: items, key: i }, context),
  );
}

/** Go sorts keys by bytes; for what is inside the basic plane that is the order of code units, which `sort` uses. */
function decodeMap(tree: Tree, attribute: Attribute, path: string, context: StageContext): Tree {
  const result: Tree = {};
  for (const key of Object.keys(tree).sort()) {
    const item = below(attribute, key);
    const value = decode(tree[key], item, { path: pathBelow(path, key), container: tree, key }, context);
    if (value !== undefined) setKey(result, key, value);
    else if (item.kind === 'struct')
      setKey(result, key, item.keepNull === true ? null : decodeStruct({}, item, path, context));
  }
  return result;
}
