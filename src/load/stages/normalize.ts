import { isTree, type Tree } from '../../yaml/tree.ts';
import type { StageContext } from '../context.ts';
import type { Lookup } from '../template.ts';
import { mapServices, resolveNames, withKey } from './environment.ts';

/** Makes what is implied explicit: the default network, names of resources, dependencies, the Dockerfile. */
export function normalize(tree: Tree, projectName: string, lookup: Lookup, context: StageContext): Tree {
  let usesDefault = false;
  const normalized = mapServices(tree, context, (service) => {
    const after = normalizeService(service, lookup, context);
    const networks = after['networks'];
    usesDefault ||= isTree(networks) && Object.hasOwn(networks, 'default');
    return after;
  });
  return nameResources(
    usesDefault ? withDefaultNetwork(normalized, context) : normalized,
    projectName,
    context,
  );
}

function normalizeService(service: Tree, lookup: Lookup, context: StageContext): Tree {
  const changes: Tree = {};
  if (service['pull_policy'] === 'if_not_present') changes['pull_policy'] = 'missing';
  if (isTree(service['build'])) changes['build'] = normalizeBuild(service['build'], lookup, context);
  const networks = service['networks'];
  const connected = isTree(networks) && Object.keys(networks).length > 0;
  if (!connected && !service['network_mode'] && !service['provider']) changes['networks'] = { default: null };
  const dependencies = impliedDependencies(service);
  if (dependencies !== undefined) {
    changes['depends_on'] = dependencies;
    if (isTree(service['depends_on'])) context.origins.carry(service['depends_on'], dependencies);
  }
  const image = service['image'];
  if (Array.isArray(service['pre_start']) && typeof image === 'string') {
    changes['pre_start'] = service['pre_start'].map((hook: unknown) =>
      isTree(hook) && hook['image'] === undefined ? withKey(hook, 'image', image, context) : hook,
    );
  }
  if (Object.keys(changes).length === 0) return service;
  const copy = { ...service, ...changes };
  context.origins.carry(service, copy);
  return copy;
}

function normalizeBuild(build: Tree, lookup: Lookup, context: StageContext): Tree {
  const copy = { ...build };
  copy['context'] ??= '.';
  if (copy['dockerfile_inline'] === undefined) copy['dockerfile'] ??= 'Dockerfile';
  if (copy['args'] !== undefined) copy['args'] = resolveNames(copy['args'], lookup, false, context);
  context.origins.carry(build, copy);
  return copy;
}

const shared = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'] as const;

/** `depends_on` with what sharing of namespaces, links and volumes implies; undefined if nothing is added. */
function impliedDependencies(service: Tree): Tree | undefined {
  const implied = new Map<string, Tree>();
  const add = (name: string, restart: boolean): void => {
    if (implied.has(name)) return;
    implied.set(name, {
      condition: 'service_started',
      ...(restart ? { restart: true } : {}),
      required: true,
    });
  };
  for (const link of listOf(service['links'])) add(String(link).split(':')[0] ?? '', true);
  for (const key of shared) {
    const value = service[key];
    if (typeof value === 'string' && value.startsWith('service:')) add(value.slice('service:'.length), true);
  }
  for (const from of listOf(service['volumes_from'])) {
    const name = String(from);
    if (!name.startsWith('container:')) add(name.split(':')[0] ?? '', false);
  }
  if (implied.size === 0) return undefined;
  const explicit = service['depends_on'];
  return { ...Object.fromEntries(implied), ...(isTree(explicit) ? explicit : {}) };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function withDefaultNetwork(tree: Tree, context: StageContext): Tree {
  const networks = isTree(tree['networks']) ? tree['networks'] : {};
  if (Object.hasOwn(networks, 'default')) return tree;
  return withKey(tree, 'networks', withKey(networks, 'default', null, context), context);
}

const named = ['networks', 'volumes', 'configs', 'secrets'] as const;

function nameResources(tree: Tree, projectName: string, context: StageContext): Tree {
  let result = tree;
  for (const kind of named) {
    const resources = result[kind];
    if (!isTree(resources)) continue;
    const copy: Tree = {};
    for (const [key, value] of Object.entries(resources)) {
      const resource = isTree(value) ? value : {};
      const given = resource['name'];
      if (given !== undefined && given !== null && given !== '') {
        copy[key] = value;
        continue;
      }
      const name = resource['external'] === true ? key : `${projectName}_${key}`;
      copy[key] = withKey(resource, 'name', name, context);
    }
    context.origins.carry(resources, copy);
    result = withKey(result, kind, copy, context);
  }
  return result;
}
