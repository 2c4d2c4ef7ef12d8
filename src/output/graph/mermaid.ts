import { detailsOf, type Shown } from './dot.ts';
import { conditionText, type ServiceGraph } from './graph.ts';

/** The graph as Mermaid draws it in Markdown. Dotted: not in `depends_on`, or not required. */
export function mermaidGraph(graph: ServiceGraph, shown: Shown): string {
  const ids = new Map(graph.services.map(({ name }, i) => [name, `s${i}`]));
  const nodes = graph.services.map((service) => {
    const lines = [service.name, ...detailsOf(service, shown).flatMap(([, rows]) => rows)];
    return `  ${ids.get(service.name)}["${lines.map(escaped).join('<br>')}"]\n`;
  });
  const edges = graph.edges.map((edge) => {
    const arrow = edge.implied || !edge.required ? '-.->' : '-->';
    const condition = conditionText(edge);
    return `  ${ids.get(edge.from)} ${arrow}${condition === '' ? '' : `|${condition}|`} ${ids.get(edge.to)}\n`;
  });
  return `flowchart TD\n${nodes.join('')}${edges.join('')}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
