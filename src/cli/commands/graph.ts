import { dotGraph, type Shown } from '../../output/graph/dot.ts';
import { type ServiceGraph, serviceGraph } from '../../output/graph/graph.ts';
import { mermaidGraph } from '../../output/graph/mermaid.ts';
import { svgGraph } from '../../output/graph/svg.ts';
import { treeGraph } from '../../output/graph/tree.ts';
import { defineCommand } from '../command.ts';
import { wantsColor } from '../problems.ts';
import { openLoaded } from '../session.ts';

/** `graph`: which service waits for which. */
export const graph = defineCommand({
  name: 'graph',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Show which service depends on which',
  options: {
    format: {
      type: 'string',
      default: 'tty',
      choices: ['tty', 'mermaid', 'dot', 'svg', 'json'],
      summary: 'tty, mermaid (for Markdown), dot (for Graphviz), svg or json',
    },
    image: { type: 'boolean', summary: 'Show images' },
    networks: { type: 'boolean', summary: 'Show networks' },
    ports: { type: 'boolean', summary: 'Show ports' },
  },
  examples: [
    ['tscompose graph', 'prints a tree'],
    ['tscompose graph --format svg --ports > graph.svg', 'makes a picture'],
  ],
  run: async ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal, global } = context;
    const { project } = await openLoaded(context, { services: args });
    const made = serviceGraph(project);
    const shown: Shown = {
      ...{
        image: options.image === true,
        networks: options.networks === true,
        ports: options.ports === true,
      },
    };
    const colour = wantsColor(global.ansi ?? 'auto', terminal.stdout.isTTY === true, terminal.environment);
    terminal.stdout.write(text(options.format ?? 'tty', made, shown, colour));
    return 0;
  },
});

function text(format: string, made: ServiceGraph, shown: Shown, colour: boolean): string {
  switch (format) {
    case 'dot':
      return dotGraph(made, shown);
    case 'mermaid':
      return mermaidGraph(made, shown);
    case 'svg':
      return svgGraph(made, shown);
    case 'json':
      return `${JSON.stringify(made, null, 2)}\n`;
    default:
      return treeGraph(made, shown, colour ? paint : undefined);
  }
}

const paint = {
  name: (name: string) => `\u001b[36m${name}\u001b[0m`,
  dim: (words: string) => (words === '' ? '' : `\u001b[2m${words}\u001b[0m`),
};
