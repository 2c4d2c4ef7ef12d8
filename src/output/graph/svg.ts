import { detailsOf, type Shown } from './dot.ts';
import { conditionText, type GraphEdge, type GraphService, type ServiceGraph } from './graph.ts';

const row = { line: 16, gap: 70, pad: 10 };
const column = { letter: 7.6, gap: 30, least: 90 };
const margin = 20;

interface Box {
  readonly service: GraphService;
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The graph as a picture: what depends on others above them. No fonts or programs are needed to see it. */
export function svgGraph(graph: ServiceGraph, shown: Shown): string {
  const boxes = layout(graph, shown);
  const byName = new Map(boxes.map((box) => [box.service.name, box]));
  const width = Math.max(...boxes.map((box) => box.x + box.width), 0) + margin;
  const height = Math.max(...boxes.map((box) => box.y + box.height), 0) + margin;
  const edges = graph.edges.map((edge) => edgeOf(edge, byName.get(edge.from)!, byName.get(edge.to)!));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, monospace" font-size="13">`,
    `<title>${escaped(graph.project)}</title>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#66788a"/></marker></defs>',
    ...edges,
    ...boxes.map(boxOf),
    '</svg>\n',
  ].join('\n');
}

/** Rows by level, the highest at the top; in a row each service near those above that need it. */
function layout(graph: ServiceGraph, shown: Shown): readonly Box[] {
  const top = Math.max(0, ...graph.services.map(({ level }) => level));
  const boxes = new Map<string, Box>();
  let y = margin;
  for (let level = top; level >= 0; level -= 1) {
    const services = graph.services
      .filter((service) => service.level === level)
      .map((service) => ({ service, wish: wishOf(service, graph, boxes) }))
      .sort((a, b) => a.wish - b.wish || (a.service.name < b.service.name ? -1 : 1));
    let x = margin;
    let tallest = 0;
    for (const { service } of services) {
      const lines = detailsOf(service, shown).flatMap(([, rows]) => rows);
      const longest = Math.max(service.name.length, ...lines.map((line) => line.length));
      const width = Math.max(column.least, Math.ceil(longest * column.letter) + 2 * row.pad);
      const height = (lines.length + 1) * row.line + 2 * row.pad;
      boxes.set(service.name, { service, lines, x, y, width, height });
      x += width + column.gap;
      tallest = Math.max(tallest, height);
    }
    y += tallest + row.gap;
  }
  return [...boxes.values()];
}

function wishOf(service: GraphService, graph: ServiceGraph, placed: ReadonlyMap<string, Box>): number {
  const above = graph.edges.flatMap(({ from, to }) => (to === service.name ? (placed.get(from) ?? []) : []));
  if (above.length === 0) return 0;
  return above.reduce((sum, box) => sum + box.x + box.width / 2, 0) / above.length;
}

function boxOf({ service, lines, x, y, width, height }: Box): string {
  const middle = x + width / 2;
  const text = lines.map(
    (line, i) =>
      `<text x="${middle}" y="${y + row.pad + 12 + (i + 1) * row.line}" text-anchor="middle" font-size="11" fill="#4a5a6a">${escaped(line)}</text>`,
  );
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="#eef4fa" stroke="#8aa0b5"/>`,
    `<text x="${middle}" y="${y + row.pad + 12}" text-anchor="middle" font-weight="bold" fill="#1d2b38">${escaped(service.name)}</text>`,
    ...text,
  ].join('\n');
}

function edgeOf(edge: GraphEdge, from: Box, to: Box): string {
  const [x1, y1] = [from.x + from.width / 2, from.y + from.height];
  const [x2, y2] = [to.x + to.width / 2, to.y];
  const half = (y2 - y1) / 2;
  const dashes = edge.implied || !edge.required ? ' stroke-dasharray="5 4"' : '';
  const line = `<path d="M${x1} ${y1}C${x1} ${y1 + half} ${x2} ${y2 - half} ${x2} ${y2}" fill="none" stroke="#66788a" marker-end="url(#arrow)"${dashes}/>`;
  const condition = conditionText(edge);
  if (condition === '') return line;
  const label = `<text x="${(x1 + x2) / 2 + 4}" y="${(y1 + y2) / 2}" font-size="10" fill="#66788a">${escaped(condition)}</text>`;
  return `${line}\n${label}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
