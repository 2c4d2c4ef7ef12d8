import { document } from '../spec/document.ts';
import { service as serviceAttribute } from '../spec/service.ts';
import { resolvePath } from '../util/path.ts';
import { Tagged } from '../yaml/tagged.ts';
import { isTree, setKey, type Tree } from '../yaml/tree.ts';
import { localPath } from './files.ts';
import { folderOfFile, type ModelContext, makeAbsolute, putVariables, shape } from './model.ts';
import { withKey } from './stages/environment.ts';
import { mergeTrees } from './stages/merge.ts';
import { settleTags } from './stages/tags.ts';
import type { Lookup } from './template.ts';

interface Home {
  readonly file: string;
  readonly folder: string;
  readonly lookup: Lookup;
}

/** Gives every service that extends another what that one says. */
export function applyExtends(tree: Tree, home: Home, context: ModelContext): Tree {
  const services = tree['services'];
  if (!isTree(services)) return tree;
  const extending = Object.values(services).some((s) => isTree(s) && s['extends'] !== undefined);
  if (!extending) return tree;
  const resolver = new ExtendsResolver(services, home, context);
  return withKey(tree, 'services', resolver.all(), context);
}

/** The services of one file, with what they extend. */
class ExtendsResolver {
  readonly #services: Tree;
  readonly #home: Home;
  readonly #context: ModelContext;
  readonly #done: Tree = {};

  constructor(services: Tree, home: Home, context: ModelContext) {
    this.#services = services;
    this.#home = home;
    this.#context = context;
  }

  all(): Tree {
    for (const name of Object.keys(this.#services)) setKey(this.#done, name, this.one(name, []));
    this.#context.origins.carry(this.#services, this.#done);
    return this.#done;
  }

  /** @param chain the services that are being resolved, as `file service` */
  one(name: string, chain: readonly string[]): unknown {
    if (Object.hasOwn(this.#done, name)) return this.#done[name];
    const own = this.#services[name];
    if (!isTree(own) || own['extends'] === undefined || own['extends'] === null) return own;
    const path = `services.${name}`;
    const link = `${name} in ${this.#home.file}`;
    if (chain.includes(link)) {
      const circle = [...chain, link].join(', which extends ');
      this.#problem('TSC131', `${circle}: a circle`, path, own, 'move what they share to a third service');
      return own;
    }
    const spot = { path: `${path}.extends`, container: own, key: 'extends' };
    const base = this.#context.problems.attempt(spot, () => this.#base(own, path, [...chain, link]));
    if (!isTree(base)) return own;
    const clean = (this.#context.documents.tagged ? settleTags(base, this.#context.origins) : base) as Tree;
    const merged = mergeTrees(clean, own, serviceAttribute, path, { ...this.#context, keepTags: true });
    const { extends: _, ...rest } = merged;
    this.#context.origins.carry(merged, rest);
    return rest;
  }

  #base(own: Tree, path: string, chain: readonly string[]): unknown {
    const given = own['extends'];
    const service = typeof given === 'string' ? given : isTree(given) ? given['service'] : undefined;
    if (typeof service !== 'string') {
      this.#problem('TSC123', `${path}.extends needs the name of a service`, `${path}.extends`, own);
      return undefined;
    }
    const file = isTree(given) && typeof given['file'] === 'string' ? given['file'] : undefined;
    if (file === undefined || file === '') {
      const base = this.#services[service];
      if (Object.hasOwn(this.#services, service) && !(base instanceof Tagged))
        return this.one(service, chain);
      this.#problem(
        'TSC130',
        `${path} extends "${service}", which ${this.#home.file} does not have`,
        `${path}.extends`,
        own,
        itHas(Object.keys(this.#services)),
      );
      return undefined;
    }
    return this.#fromFile(file, service, own, path, chain);
  }

  #fromFile(file: string, service: string, own: Tree, path: string, chain: readonly string[]): unknown {
    const context = this.#context;
    const local = resolvePath(this.#home.folder, localPath(file, context.reader));
    const folder = folderOfFile(local, this.#home.folder);
    const home = { file: local, folder, lookup: this.#home.lookup };
    let tree: Tree = {};
    for (const raw of context.documents.of(local)) {
      const prepared = putVariables(raw, home.lookup, context);
      tree = mergeTrees(tree, prepared, document, '', { ...context, keepTags: true });
    }
    context.problems.stopIfAny();
    const services = tree['services'];
    if (!isTree(services) || !Object.hasOwn(services, service)) {
      this.#problem(
        'TSC130',
        `${path} extends "${service}", which ${local} does not have`,
        `${path}.extends`,
        own,
        itHas(isTree(services) ? Object.keys(services) : []),
      );
      return undefined;
    }
    const raw = new ExtendsResolver(services, home, context).one(service, chain);
    const settled = context.documents.tagged ? settleTags(raw, context.origins) : raw;
    const alone = { services: { [service]: settled ?? null } };
    context.origins.set(alone.services, service, context.origins.of(services, service));
    // What is wrong in a base may be put right by what extends it: the merged service is checked.
    const long = shape(alone, { ...context, validate: false });
    context.problems.stopIfAny();
    const resolved = makeAbsolute(long, folder, context)['services'];
    return isTree(resolved) ? resolved[service] : undefined;
  }

  #problem(
    code: 'TSC123' | 'TSC130' | 'TSC131',
    message: string,
    path: string,
    own: Tree,
    hint?: string,
  ): void {
    this.#context.problems.at(code, message, path, own, 'extends', hint === undefined ? {} : { hint });
  }
}

function itHas(services: readonly string[]): string | undefined {
  return services.length === 0 ? undefined : `it has: ${[...services].sort().join(', ')}`;
}
