import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/load/load.ts';
import { dotGraph } from '../../src/output/graph/dot.ts';
import { serviceGraph } from '../../src/output/graph/graph.ts';
import { mermaidGraph } from '../../src/output/graph/mermaid.ts';
import { svgGraph } from '../../src/output/graph/svg.ts';
import { treeGraph } from '../../src/output/graph/tree.ts';
import { createFileReader } from '../../src/source/files.ts';

const text = `name: shop
services:
  web:
    image: nginx
    ports: ['127.0.0.1:8080:80']
    depends_on: { api: { condition: service_healthy }, cache: { condition: service_started, required: false } }
  api: { image: 'a"b', depends_on: [db], links: [cache], healthcheck: { test: 'true' } }
  db: { image: db }
  cache: { image: cache, depends_on: [db] }
  alone: { build: . }
`;

function graphOf() {
  const folder = mkdtempSync(join(tmpdir(), 'tsc-graph-'));
  try {
    writeFileSync(join(folder, 'compose.yaml'), text);
    const request = {
      ...{ workingDir: folder, files: [], profiles: [], envFiles: [], environment: {}, services: [] },
    };
    return serviceGraph(loadProject(request, createFileReader({})).project);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const all = { image: true, networks: true, ports: true };
const none = { image: false, networks: false, ports: false };

describe('the graph of services', () => {
  const graph = graphOf();

  it('has a level above all that a service depends on', () => {
    const levels = Object.fromEntries(graph.services.map(({ name, level }) => [name, level]));
    expect(levels).toEqual({ alone: 0, db: 0, cache: 1, api: 2, web: 3 });
  });

  it('is a tree on a terminal, where what was shown is not shown again', () => {
    expect(treeGraph(graph, none)).toBe(
      [
        'alone',
        'web',
        '├─ api (healthy)',
        '│  ├─ cache',
        '│  │  └─ db',
        '│  └─ db',
        '└─ cache (optional) …',
        '',
      ].join('\n'),
    );
    expect(treeGraph(graph, all)).toContain('web default 127.0.0.1:8080->80/tcp nginx\n');
  });

  it('is dot for Graphviz', () => {
    const dot = dotGraph(graph, none, '  ');
    expect(dot).toMatch(/^digraph "shop" \{\n {2}layout=dot;\n {2}"alone" \[style="filled" label=</);
    expect(dot).toContain('  "web" -> "api";\n');
    expect(dotGraph(graph, all)).toContain('<b>Ports:</b><br/>127.0.0.1:8080-&gt;80/tcp</font>');
  });

  it('is Mermaid for Markdown', () => {
    const mermaid = mermaidGraph(graph, all);
    expect(mermaid).toContain('["api<br>default<br>a&quot;b"]');
    expect(mermaid).toContain('  s4 -->|healthy| s1\n  s4 -.-> s2\n');
  });

  it('is a picture in which no box lies over another', () => {
    const svg = svgGraph(graph, all);
    const boxes = [...svg.matchAll(/<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"/g)].map((match) =>
      match.slice(1, 5).map(Number),
    );
    expect(boxes).toHaveLength(5);
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        const apart =
          a[0]! + a[2]! <= b[0]! ||
          b[0]! + b[2]! <= a[0]! ||
          a[1]! + a[3]! <= b[1]! ||
          b[1]! + b[3]! <= a[1]!;
        expect(apart).toBe(true);
      }
    }
    expect(svg.match(/marker-end/g)).toHaveLength(graph.edges.length);
  });
});
