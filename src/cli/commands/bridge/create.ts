import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../../diagnostic/errors.ts';
import { unpackTo } from '../../../execute/archive/unpack.ts';
import { defaultTransformer, ensureImage, withContainer } from '../../bridge/transformer.ts';
import { defineCommand } from '../../command.ts';
import { withEngine } from '../../session.ts';

const dockerfile = `FROM docker/compose-bridge-transformer
LABEL com.docker.compose.bridge=transformation
COPY templates /templates
`;

/** `bridge transformations create`: a folder to make a transformation of one's own in. */
export const create = defineCommand({
  name: 'bridge transformations create',
  usage: '[OPTIONS] PATH',
  summary: 'Copy the templates of a transformation to a folder, to change them',
  options: {
    from: { short: 'f', type: 'string', summary: `Image to start from (default: ${defaultTransformer})` },
  },
  args: { min: 1, max: 1 },
  examples: [
    ['tscompose bridge transformations create mine', 'makes mine/ with templates and a Dockerfile'],
    ['docker build -t mine mine', 'makes the transformation, for bridge convert -t mine'],
  ],
  run: ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const { terminal } = context;
    return withEngine(context, async (engine) => {
      const folder = resolve(terminal.workingDir, args[0] ?? '');
      if ((await stat(folder).catch(() => undefined)) !== undefined) {
        throw new UserError('output', `output folder ${folder} already exists`, {
          hint: 'name a path where nothing is yet',
        });
      }
      const image = options.from ?? defaultTransformer;
      if (context.global['dry-run']) {
        terminal.stdout.write(`Would copy the templates of ${image} to ${folder}\n`);
        return 0;
      }
      await ensureImage(context, engine, image);
      await withContainer(engine, image, {}, async (id) => {
        const { stream } = await engine.getArchive(id, '/templates');
        await mkdir(folder, { recursive: true });
        await unpackTo(stream, { folder, name: 'templates', content: false, owners: false });
      });
      await writeFile(join(folder, 'Dockerfile'), dockerfile);
      terminal.stdout.write(`Transformer created in ${JSON.stringify(folder)}\n`);
      return 0;
    });
  },
});
