import { splitReference } from '../../../engine/reference.ts';
import { goJson } from '../../../output/json.ts';
import { formatTable } from '../../../output/table.ts';
import { decimalSize } from '../../../output/units.ts';
import { transformerLabel } from '../../bridge/transformer.ts';
import { defineCommand } from '../../command.ts';
import { withEngine } from '../../session.ts';

/** `bridge transformations list`: images here that convert projects. */
export const list = defineCommand({
  name: 'bridge transformations list',
  usage: '[OPTIONS]',
  summary: 'List the transformations that the engine has',
  options: {
    format: { type: 'string', default: 'table', choices: ['table', 'json'], summary: 'table or json' },
    quiet: { short: 'q', type: 'boolean', summary: 'Print names only' },
  },
  args: { max: 0 },
  examples: [['tscompose bridge transformations ls -q', 'prints the names of images']],
  run: ({ options, ...context }) =>
    withEngine(context, async (engine) => {
      const images = await engine.listImages({ labels: [transformerLabel] });
      const { stdout } = context.terminal;
      if (options.quiet) {
        stdout.write(images.map(({ id, repoTags: [tag] }) => `${tag ?? id}\n`).join(''));
      } else if (options.format === 'json') {
        const rows = images.map(({ id, repoTags, repoDigests, labels, size, created }) => ({
          ...{
            Created: created,
            Id: id,
            Labels: labels,
            RepoDigests: repoDigests,
            RepoTags: repoTags,
            Size: size,
          },
        }));
        stdout.write(`${goJson(rows)}\n`);
      } else {
        const rows = images.map(({ id, repoTags: [first], size }) => {
          const { name, tag } =
            first === undefined ? { name: '<none>', tag: '<none>' } : splitReference(first);
          return [id.replace(/^sha256:/, '').slice(0, 12), name, tag, decimalSize(size)];
        });
        stdout.write(formatTable(['IMAGE ID', 'REPO', 'TAGS', 'SIZE'], rows, 20));
      }
      return 0;
    }),
});
