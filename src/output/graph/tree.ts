import { detailsOf, type Shown } from './dot.ts';
import { conditionText, type GraphEdge, type ServiceGraph } from './graph.ts';

export interface TreePaint {
  readonly name: (text: string) => string;
  readonly dim: (text: string) => string;
}

const noPaint: TreePaint = { name: (text) => text, dim: (text) => text };

/**
 * The graph for a terminal: services that no other one needs at the left, below each what it depends on. What a
 * service depends on is shown once; where it comes again a mark says so.
 */
export function treeGraph(graph: ServiceGraph, shown: Shown, paint: TreePaint = noPaint): string {
  const needed = new Set(graph.edges.map(({ to }) => to));
  const seen = new Set<string>();
  const lines: string[] = [];
  const edgesOf = (name: string) => graph.edges.filter(({ from }) => from === name);
  const visit = (name: string, edge: GraphEdge | undefined, lead: string, below: string): void => {
    const children = edgesOf(name);
    const again = seen.has(name) && children.length > 0;
    lines.push(lead + paint.name(name) + paint.dim(notes(graph, name, edge, shown, again)));
    if (again) return;
    seen.add(name);
    children.forEach((child, i) => {
      const last = i === children.length - 1;
      visit(child.to, child, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
    });
  };
  for (const { name } of graph.services) if (!needed.has(name)) visit(name, undefined, '', '');
  return lines.map((line) => `${line}\n`).join('');
}

function notes(
  graph: ServiceGraph,
  name: string,
  edge: GraphEdge | undefined,
  shown: Shown,
  again: boolean,
): string {
  const service = graph.services.find((one) => one.name === name)!;
  const waits = edge === undefined ? '' : conditionText(edge);
  const words = [
    waits === '' ? '' : `(${waits})`,
    edge?.required === false ? '(optional)' : '',
    edge?.implied ? '(implied)' : '',
    ...(again ? ['…'] : detailsOf(service, shown).flatMap(([, rows]) => rows)),
  ].filter((word) => word !== '');
  return words.length === 0 ? '' : ` ${words.join(' ')}`;
}
