import { simpleYaml } from './simple-yaml.ts';

/**
 * A canonical project as YAML that can be loaded again. What the JSON form shows only because it is unset
 * (`command: null`, `ipam: {}`, `placement: {}`) is left out.
 * @param json the project as canonical JSON
 */
export async function canonicalYaml(json: string): Promise<string> {
  const tree = withoutUnset(JSON.parse(json), []);
  return simpleYaml(tree) ?? (await libraryYaml(tree));
}

/** Any tree as YAML. */
export async function libraryYaml(tree: unknown): Promise<string> {
  const { dump } = await import('js-yaml');
  return dump(tree, { lineWidth: -1, noRefs: true, quoteStyle: 'double' });
}

function withoutUnset(value: unknown, path: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutUnset(item, [...path, '']));
  const kept = Object.entries(value).filter(([key, item]) => !isUnset([...path, key], item));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutUnset(item, [...path, key])]));
}

function isUnset([section, , attribute, part, ...deeper]: readonly string[], value: unknown): boolean {
  if (attribute === undefined || deeper.length > 0) return false;
  if (section === 'services' && part === undefined)
    return value === null && (attribute === 'command' || attribute === 'entrypoint');
  const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (section === 'services')
    return empty && attribute === 'deploy' && (part === 'resources' || part === 'placement');
  return section === 'networks' && attribute === 'ipam' && part === undefined && empty;
}
