import { mkdir, readdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../../../diagnostic/errors.ts';
import type { ImageDetails } from '../../../engine/images.ts';
import { packPath } from '../../../execute/archive/pack.ts';
import { imageName } from '../../../model/names.ts';
import { askYesNo } from '../../ask.ts';
import { withResources } from '../../bridge/resources.ts';
import { defaultTransformer, ensureImage, transform } from '../../bridge/transformer.ts';
import { defineCommand, type Terminal } from '../../command.ts';
import { withProject } from '../../make.ts';

/** `bridge convert`: the project in another form, made by programs in images. */
export const convert = defineCommand({
  name: 'bridge convert',
  usage: '[OPTIONS]',
  summary: 'Convert the project to Kubernetes manifests or another form',
  options: {
    output: {
      short: 'o',
      type: 'string',
      default: 'out',
      complete: 'directory',
      summary: 'Folder for the result',
    },
    templates: { type: 'string', complete: 'directory', summary: 'Folder with templates of your own' },
    transformation: {
      short: 't',
      type: 'strings',
      summary: `Image that converts; several run one after another (default: ${defaultTransformer})`,
    },
    yes: { short: 'y', type: 'boolean', summary: 'Empty the folder without asking' },
  },
  args: { max: 0 },
  examples: [['tscompose bridge convert -o k8s', 'writes Kubernetes manifests to k8s/']],
  run: ({ options, ...context }) =>
    withProject(context, {}, async (engine, project) => {
      const { terminal, global } = context;
      const wished = options.transformation.length > 0 ? options.transformation : [defaultTransformer];
      const folder = resolve(terminal.workingDir, options.output ?? 'out');
      if (global['dry-run']) {
        terminal.stdout.write(`Would write to ${folder}: ${wished.join(', ')}\n`);
        return 0;
      }
      const images = new Map<string, ImageDetails>();
      for (const [name, service] of Object.entries(project.services)) {
        const reference = imageName(project.name, name, service);
        const found =
          service.build === undefined || service.image !== undefined
            ? await ensureImage(context, engine, reference)
            : await engine.inspectImage(reference);
        if (found !== undefined) images.set(name, found);
        else
          terminal.stderr.write(
            `warning: ${reference} is not built yet: ports that it exposes are left out\n`,
          );
      }
      const [{ canonicalJson }, { canonicalYaml }] = await Promise.all([
        import('../../../load/canonical.ts'),
        import('../../../output/yaml.ts'),
      ]);
      const compose = await canonicalYaml(
        canonicalJson(withResources(project, images), { escapeDollars: false }),
      );
      for (const image of wished) await ensureImage(context, engine, image);
      await emptied(terminal, folder, options.yes === true);
      for (const image of wished) {
        const { templates: path } = options;
        const templates =
          path === undefined
            ? undefined
            : await packPath({ path: resolve(terminal.workingDir, path), name: 'templates', follow: true });
        await transform(engine, image, { compose, templates }, folder, terminal);
      }
      return 0;
    }),
});

/** Makes the folder, or empties it after a question. @throws UserError if it may not */
async function emptied(terminal: Terminal, folder: string, yes: boolean): Promise<void> {
  const held = await readdir(folder).catch(() => []);
  if (held.length > 0) {
    const question = `${folder} is not empty: delete what it holds?`;
    if (!yes && (await askYesNo(terminal, question, false)) !== true) {
      throw new UserError('output', `deletion of output directory '${folder}' was not confirmed`, {
        hint: 'name another folder with --output, or give --yes',
      });
    }
    for (const name of held) await rm(resolve(folder, name), { recursive: true });
  }
  await mkdir(folder, { recursive: true });
}
