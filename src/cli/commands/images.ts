import { imageRow, imageTable } from '../../output/images.ts';
import { goJson } from '../../output/json.ts';
import { defineCommand } from '../command.ts';
import { projectContainers, serviceOf } from '../containers.ts';
import { onTarget } from '../session.ts';

/** `images`: the images that the project's containers were made from. */
export const images = defineCommand({
  name: 'images',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'List the images of containers',
  options: {
    format: { type: 'string', default: 'table', choices: ['table', 'json'], summary: 'table or json' },
    quiet: { short: 'q', type: 'boolean', summary: 'Print ids only' },
  },
  examples: [
    ['tscompose images', 'lists images with their sizes'],
    ['tscompose images -q', 'prints ids, for other programs'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    return onTarget(context, async (engine, { name }) => {
      const all = await projectContainers(engine, name, { all: true, oneOff: true });
      const containers = all.filter((c) => args.length === 0 || args.includes(serviceOf(c)));
      const ids = [...new Set(containers.map((c) => c.imageId))];
      const { stdout } = context.terminal;
      if (options.quiet) {
        stdout.write(ids.map((id) => `${id.replace(/^sha256:/, '')}\n`).join(''));
        return 0;
      }
      const found = await Promise.all(ids.map((id) => engine.inspectImage(id)));
      const rows = containers.map((c) => imageRow(c, found[ids.indexOf(c.imageId)]));
      stdout.write(options.format === 'json' ? `${goJson(rows)}\n\n` : imageTable(rows, Date.now() / 1000));
      return 0;
    });
  },
});
