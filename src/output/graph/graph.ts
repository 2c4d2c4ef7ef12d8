import { dependenciesOf } from '../../model/graph.ts';
import { imageName } from '../../model/names.ts';
import type { Project } from '../../model/project.ts';
import type { Port } from '../../model/service.ts';

/** A project's services and what waits for what. */
export interface ServiceGraph {
  readonly project: string;
  /** By name. */
  readonly services: readonly GraphService[];
  /** By the names of their ends. */
  readonly edges: readonly GraphEdge[];
}

export interface GraphService {
  readonly name: string;
  readonly image: string;
  readonly networks: readonly string[];
  readonly ports: readonly Port[];
  /** 0: depends on nothing. Otherwise one more than the highest that it depends on. */
  readonly level: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly condition: string;
  readonly required: boolean;
  /** Not in `depends_on`: it follows from a link, a shared namespace or volumes of another service. */
  readonly implied: boolean;
}

export function serviceGraph({ name: project, services }: Project): ServiceGraph {
  const names = Object.keys(services).sort();
  const edges = names.flatMap((from) =>
    [...dependenciesOf(services[from]!)]
      .filter(([to]) => to in services)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([to, { condition, required }]): GraphEdge => {
        const implied = services[from]?.depends_on?.[to] === undefined;
        return { from, to, condition, required: required !== false, implied };
      }),
  );
  const levels = levelsOf(names, edges);
  return {
    project,
    edges,
    services: names.map((name) => {
      const service = services[name]!;
      return {
        name,
        image: imageName(project, name, service),
        networks: Object.keys(service.networks ?? {}).sort(),
        ports: service.ports ?? [],
        level: levels.get(name) ?? 0,
      };
    }),
  };
}

function levelsOf(names: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  const levelOf = (name: string): number => {
    const known = levels.get(name);
    if (known !== undefined) return known;
    // A circle, which the loader refuses, would end here too.
    levels.set(name, 0);
    const below = edges.filter(({ from }) => from === name).map(({ to }) => levelOf(to) + 1);
    const level = Math.max(0, ...below);
    levels.set(name, level);
    return level;
  };
  names.forEach(levelOf);
  return levels;
}

/** `127.0.0.1:8080->80/tcp`, or `80/tcp` if it is not published. */
export function portText({ host_ip: ip = '', published = '', target, protocol = 'tcp' }: Port): string {
  const outside = [ip, published].filter((part) => part !== '').join(':');
  return `${outside === '' ? '' : `${outside}->`}${target}/${protocol}`;
}

/** `healthy`, `completed`; '' for the usual wait until it has started. */
export function conditionText({ condition }: GraphEdge): string {
  const word = condition.replace(/^service_/, '').replace(/_successfully$/, '');
  return word === 'started' ? '' : word;
}
