import { type GraphService, portText, type ServiceGraph } from './graph.ts';

export interface Shown {
  readonly image: boolean;
  readonly networks: boolean;
  readonly ports: boolean;
}

/** The graph for Graphviz. @param indent what stands before each line within */
export function dotGraph(graph: ServiceGraph, shown: Shown, indent = '\t'): string {
  const nodes = graph.services.map((service) => {
    const label = `<font point-size="15">${escaped(service.name)}</font>${parts(service, shown)}`;
    return `${indent}${quoted(service.name)} [style="filled" label=<${label}>];\n`;
  });
  const edges = graph.edges.map(({ from, to }) => `${indent}${quoted(from)} -> ${quoted(to)};\n`);
  return `digraph ${quoted(graph.project)} {\n${indent}layout=dot;\n${nodes.join('')}\n${edges.join('')}}\n`;
}

/** What stands below a service's name, a heading and its lines each. */
export function detailsOf(
  service: GraphService,
  shown: Shown,
): readonly (readonly [string, readonly string[]])[] {
  const all = [
    ['Networks', shown.networks ? service.networks : []],
    ['Ports', shown.ports ? service.ports.map(portText) : []],
    ['Image', shown.image ? [service.image] : []],
  ] as const;
  return all.filter(([, lines]) => lines.length > 0);
}

function parts(service: GraphService, shown: Shown): string {
  return detailsOf(service, shown)
    .map(([heading, lines]) => {
      const rows = lines.map((line) => `<br/>${escaped(line)}`).join('');
      return `<font point-size="10"><br/><br/><b>${heading}:</b>${rows}</font>`;
    })
    .join('');
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
