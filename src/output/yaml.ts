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

function isUnset(path: readonly string[], value: unknown): boolean {
  const [section, , attribute, part] = path;
  if (section === 'services' && path.length === 3)
    return value === null && (attribute === 'command' || attribute === 'entrypoint');
  if (section === 'services' && path.length === 4)
    return attribute === 'deploy' && (part === 'resources' || part === 'placement') && isEmpty(value);
  if (section === 'services' && path.length === 6)
    return attribute === 'develop' && path[5] === 'exec' && JSON.stringify(value) === '{"command":null}';
  return section === 'networks' && path.length === 3 && attribute === 'ipam' && isEmpty(value);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
