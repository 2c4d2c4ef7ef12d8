import type { Dependency, Service } from './service.ts';

type Services = Readonly<Record<string, Service>>;

export interface Share {
  readonly parent: string;
  readonly what: 'network namespace' | 'IPC namespace' | 'PID namespace' | 'volume';
}

/** What a service uses of the containers of others. */
export function sharesOf(service: Service): readonly Share[] {
  const modes = [
    ['network namespace', service.network_mode],
    ['IPC namespace', service.ipc],
    ['PID namespace', service.pid],
  ] as const;
  const namespaces = modes.flatMap(([what, mode]) =>
    mode?.startsWith('service:') ? [{ parent: mode.slice('service:'.length), what }] : [],
  );
  const volumes = (service.volumes_from ?? [])
    .filter((from) => !from.startsWith('container:'))
    .map((from) => ({ parent: from.split(':')[0]!, what: 'volume' as const }));
  return [...namespaces, ...volumes];
}

/** Services whose network, IPC or PID namespace or volumes this one uses: it can't outlive their containers. */
export function parentsOf(service: Service): readonly string[] {
  return [...new Set(sharesOf(service).map(({ parent }) => parent))];
}

/** The services of `network_mode`, `ipc` and `pid`: their containers have to stop after this one. */
export function namespaceParentsOf(service: Service): readonly string[] {
  const shares = sharesOf(service).filter(({ what }) => what !== 'volume');
  return [...new Set(shares.map(({ parent }) => parent))];
}

/** The services of `links`. */
export function linkedBy(service: Service): readonly string[] {
  return (service.links ?? []).map((link) => link.split(':')[0]!);
}

/** What must be there first, written (`depends_on`) or implied (links, shared namespaces, `volumes_from`). */
export function dependenciesOf(service: Service): ReadonlyMap<string, Dependency> {
  const found = new Map<string, Dependency>(Object.entries(service.depends_on ?? {}));
  for (const name of [...parentsOf(service), ...linkedBy(service)]) {
    if (!found.has(name)) found.set(name, { condition: 'service_started', required: true });
  }
  return found;
}

/** Names in an order in which each comes after what it depends on; equals by name. Names not in `services` are left out. */
export function startOrder(services: Services, among: Iterable<string> = Object.keys(services)): string[] {
  const wanted = new Set(among);
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const service = services[name];
    if (service === undefined) return;
    for (const dependency of [...dependenciesOf(service).keys()].sort()) visit(dependency);
    if (wanted.has(name)) order.push(name);
  };
  for (const name of [...wanted].sort()) visit(name);
  return order;
}

/** The named services and all that they depend on. */
export function withDependencies(services: Services, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const service = services[name];
    if (found.has(name) || service === undefined) return;
    found.add(name);
    for (const dependency of dependenciesOf(service).keys()) visit(dependency);
  };
  names.forEach(visit);
  return found;
}

/** The named services and all that depend on them, directly or not. */
export function withDependents(services: Services, names: readonly string[]): Set<string> {
  const found = new Set(names.filter((name) => services[name] !== undefined));
  for (let grown = true; grown; ) {
    grown = false;
    for (const [name, service] of Object.entries(services)) {
      if (found.has(name)) continue;
      if ([...dependenciesOf(service).keys()].some((d) => found.has(d))) {
        found.add(name);
        grown = true;
      }
    }
  }
  return found;
}
