import { setKey, type Tree } from '../../yaml/tags.ts';
import type { Expand } from '../attribute.ts';
import { cut, isMapping, textOf } from '../value.ts';

/** Reads `KEY=value` entries; a key without value is null. Undefined if an entry is no string. */
export function listToMapping(list: readonly unknown[]): Tree | undefined {
  const tree: Tree = {};
  for (const entry of list) {
    if (typeof entry !== 'string') return undefined;
    const [key, value] = cut(entry, '=');
    setKey(tree, key, value ?? null);
  }
  return tree;
}

function mapping(value: unknown, empty: (key: string) => string | null): unknown {
  const source = Array.isArray(value) ? listToMapping(value) : value;
  if (!isMapping(source)) return value;
  const tree: Tree = {};
  for (const [key, each] of Object.entries(source)) {
    setKey(tree, key, each === null ? empty(key) : (textOf(each) ?? each));
  }
  return tree;
}

/** Labels, sysctls, options: keys without value get "". */
export const expandTexts: Expand = (value) => mapping(value, () => '');

/** Build arguments and environments: keys without value stay null. */
export const expandNullables: Expand = (value) => mapping(value, () => null);

export const expandEnvironment: Expand = (value, path, context) => {
  const tree = mapping(value, () => null);
  if (Array.isArray(value) && isMapping(tree)) {
    for (const key of Object.keys(tree)) {
      if (/[ \t]$/.test(key)) {
        context.report({
          path,
          message: `the name "${key}" ends with a blank`,
          hint: 'remove the blank before "="',
        });
      }
    }
  }
  return tree;
};

/** `[a, b]` is `{a: null, b: null}`. */
export const expandNames: Expand = (value) => {
  if (!Array.isArray(value)) return value;
  const tree: Tree = {};
  for (const name of value) {
    if (typeof name !== 'string') return value;
    setKey(tree, name, null);
  }
  return tree;
};

export const expandDependencies: Expand = (value) => {
  const tree = expandNames(value, '', { environment: {}, report: () => {} });
  if (!isMapping(tree)) return value;
  const all: Tree = {};
  for (const [name, entry] of Object.entries(tree)) {
    const written = isMapping(entry) ? entry : { condition: 'service_started' };
    setKey(all, name, { ...written, required: written.required ?? true });
  }
  return all;
};

/** Every provider option is a list of strings. */
export const expandProviderOptions: Expand = (value) => {
  if (!isMapping(value)) return value;
  const tree: Tree = {};
  for (const [key, each] of Object.entries(value)) {
    setKey(
      tree,
      key,
      (Array.isArray(each) ? each : [each]).map((entry) => textOf(entry) ?? entry),
    );
  }
  return tree;
};
