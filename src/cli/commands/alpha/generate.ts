import { relative, resolve } from 'node:path';
import { UserError } from '../../../diagnostic/errors.ts';
import type { ContainerSummary } from '../../../engine/engine.ts';
import { generatedProject } from '../../../output/generate.ts';
import { defineCommand } from '../../command.ts';
import { withEngine } from '../../session.ts';

/** `alpha generate`: a compose file for containers that were made by hand. */
export const generate = defineCommand({
  name: 'alpha generate',
  usage: '[OPTIONS] [CONTAINER...]',
  summary: 'Print a compose file for containers that exist',
  options: {
    format: { type: 'string', default: 'yaml', choices: ['yaml', 'json'], summary: 'yaml or json' },
    name: { type: 'string', summary: 'Name of the project in the file' },
    'project-dir': {
      type: 'string',
      complete: 'directory',
      summary: 'Folder that the file is for: paths in it are written relative to it',
    },
  },
  args: { min: 1 },
  examples: [['tscompose alpha generate web db > compose.yaml', 'describes two containers by name']],
  run: ({ options, args, ...context }) =>
    withEngine({ args, ...context }, async (engine) => {
      const all = await engine.listContainers({ all: true });
      const wanted = args.map((word) => containerOf(all, word));
      const found = await Promise.all(
        [...new Set(wanted)].map(async ({ id }) => {
          const container = await engine.inspectContainer(id);
          return { container, image: await engine.inspectImage(container.imageId) };
        }),
      );
      const project = generatedProject(found, options.name ?? '');
      const folder = options['project-dir'];
      const tree = folder === undefined ? project : relativeTo(folder, context.terminal.workingDir, project);
      const { stdout } = context.terminal;
      if (options.format === 'json') stdout.write(`${JSON.stringify(tree, null, 2)}\n`);
      else {
        const { dump } = await import('js-yaml');
        stdout.write(dump(tree, { lineWidth: -1, noRefs: true, quoteStyle: 'double' }));
      }
      return 0;
    }),
});

/** By name, or by the start of the id. @throws UserError if there is none */
function containerOf(all: readonly ContainerSummary[], word: string): ContainerSummary {
  const found = all.find((c) => c.names.includes(word)) ?? all.find((c) => c.id.startsWith(word));
  if (found !== undefined) return found;
  throw new UserError('no-container', `no container(s) found with the following name(s): ${word}`, {
    hint: 'a name or an id of a container on this engine',
  });
}

/** Paths below the folder as `./…`. */
function relativeTo(folder: string, workingDir: string, tree: unknown): unknown {
  const root = resolve(workingDir, folder);
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === 'string' && key === 'source' && value.startsWith(`${root}/`))
      return `./${relative(root, value)}`;
    if (Array.isArray(value)) return value.map((item) => visit(item, ''));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visit(item, name)]));
  };
  return visit(tree, '');
}
