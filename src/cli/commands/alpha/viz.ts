import { UserError } from '../../../diagnostic/errors.ts';
import { dotGraph } from '../../../output/graph/dot.ts';
import { serviceGraph } from '../../../output/graph/graph.ts';
import { defineCommand } from '../../command.ts';
import { openLoaded } from '../../session.ts';

/** `alpha viz`: the graph for Graphviz, with docker compose's flags. */
export const viz = defineCommand({
  name: 'alpha viz',
  usage: '[OPTIONS]',
  summary: 'Print the graph of services for Graphviz',
  options: {
    image: { type: 'boolean', summary: 'Show images' },
    'indentation-size': { type: 'number', default: '1', summary: 'Number of tabs or spaces before a line' },
    networks: { type: 'boolean', summary: 'Show networks' },
    ports: { type: 'boolean', summary: 'Show ports' },
    spaces: { type: 'boolean', summary: 'Indent by spaces, not by tabs' },
  },
  examples: [['tscompose alpha viz --spaces | dot -Tpng > graph.png', 'makes a picture with Graphviz']],
  run: async ({ options, ...context }) => {
    const size = options['indentation-size'] ?? 1;
    if (size < 0) throw new UserError('usage', `invalid indentation size: ${size}`, { hint: '0 or more' });
    const { project } = await openLoaded(context);
    const shown = {
      ...{
        image: options.image === true,
        networks: options.networks === true,
        ports: options.ports === true,
      },
    };
    const indent = (options.spaces ? ' ' : '\t').repeat(size);
    context.terminal.stdout.write(dotGraph(serviceGraph(project), shown, indent));
    return 0;
  },
});
