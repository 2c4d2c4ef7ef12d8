import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../../diagnostic/errors.ts';
import type { LoadRequest } from '../../load/request.ts';
import type { LoadedTree } from '../../load/tree.ts';
import { defineCommand } from '../command.ts';
import type { DigestWish } from '../config/digests.ts';
import { type ListName, lists } from '../config/lists.ts';
import { nearName } from '../problems.ts';
import { printText } from '../process/print.ts';
import { readingFiles } from '../reading.ts';
import { type Context, loadRequest, openLoaded } from '../session.ts';

/** `config`: the project as it counts, after merging, variables and defaults. */
export const config = defineCommand({
  name: 'config',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Check the compose files and print the project that they make',
  options: {
    environment: { type: 'boolean', summary: 'Print the variables that interpolation uses' },
    explain: {
      type: 'string',
      placeholder: 'path',
      summary: 'Print where the values below a path were written, and the rule that put each there',
    },
    filter: {
      type: 'strings',
      summary: 'With --services: only those with this property: profile=NAME, label=KEY=VALUE',
    },
    format: { type: 'string', choices: ['yaml', 'json'], summary: 'yaml or json' },
    hash: { type: 'string', summary: "Print the config hash of services: names with commas between, or '*'" },
    images: { type: 'boolean', summary: 'Print the names of images' },
    'lock-image-digests': {
      type: 'boolean',
      summary: 'Print a file that sets the images of services by digest, and nothing else',
    },
    models: { type: 'boolean', summary: 'Print the names of models' },
    networks: { type: 'boolean', summary: 'Print the names of networks' },
    'no-consistency': { type: 'boolean', summary: "Don't check references between parts" },
    'no-env-resolution': { type: 'boolean', summary: 'Leave env_file as it is' },
    'no-interpolate': { type: 'boolean', summary: 'Leave variables as they are' },
    'no-normalize': { type: 'boolean', summary: "Don't fill in what follows from other parts" },
    'no-path-resolution': { type: 'boolean', summary: 'Leave relative paths as they are' },
    output: { short: 'o', type: 'string', complete: 'file', summary: 'Write to this file' },
    profiles: { type: 'boolean', summary: 'Print the names of profiles' },
    quiet: { short: 'q', type: 'boolean', summary: 'Check only' },
    'resolve-image-digests': { type: 'boolean', summary: 'Print images by the digest that they have now' },
    services: { type: 'boolean', summary: 'Print the names of services' },
    variables: { type: 'boolean', summary: 'Print the variables that the files use' },
    volumes: { type: 'boolean', summary: 'Print the names of volumes' },
  },
  examples: [
    ['tscompose config --quiet', 'checks the files'],
    ['tscompose config --format json', 'prints the project for other programs'],
  ],
  run: async ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const names = (Object.keys(lists) as ListName[]).filter((name) => options[name]);
    const request: Partial<LoadRequest> = {
      // Names are asked of the whole project.
      services: names.includes('services') ? [] : args,
      ...(options['no-consistency'] && { consistency: false }),
      // The flag says so for `config`, its variable does not (as in docker compose).
      ...((options['no-normalize'] || compatibilityAsked(context)) && { normalize: false }),
      ...(options['no-path-resolution'] && { resolvePaths: false }),
      ...(options['no-env-resolution'] && { resolveEnvironment: false }),
    };
    if (options.filter.length > 0) {
      if (!options.services) throw new UserError('usage', '--filter requires --services');
      const { fittingServices, serviceFilter } = await import('../config/filter.ts');
      const filter = serviceFilter(options.filter);
      const profiles = [...context.global.profile, ...filter.profiles];
      const { project } = await openLoaded(context, { ...request, profiles });
      put(context, options.output, lines(fittingServices(project, filter)));
      return 0;
    }
    if (args.length > 0 && (options['no-interpolate'] || options.variables)) {
      const flag = options.variables ? '--variables' : '--no-interpolate';
      context.terminal.stderr.write(`warning: service filtering is not applied when ${flag} is set\n`);
    }
    if (options['no-interpolate'] && names.length === 0 && options.hash === undefined && !options.quiet) {
      const json = await uninterpolated(context, request, digestWish(options));
      await print(context, options, json);
      return 0;
    }
    if (options.variables) {
      const { tree } = await openTree(context, { ...request, interpolate: false, validate: false });
      const { usesIn, variableJson, variableTable, variableYaml } = await import('../config/variables.ts');
      const { format, output } = options;
      const print = format === 'json' ? variableJson : format === 'yaml' ? variableYaml : variableTable;
      put(context, output, await print(usesIn(tree)));
      return 0;
    }
    if (options.explain !== undefined) {
      const tree = await openTree(context, request);
      const { explain } = await import('../config/explain.ts');
      const show = (file: string): string => nearName(file, context.terminal.workingDir);
      put(context, options.output, explain(tree, options.explain, options.format, show));
      return 0;
    }
    const [list] = names;
    const before = list !== undefined && ['services', 'volumes', 'networks', 'models'].includes(list);
    if (options.hash !== undefined && !before) {
      // Hashes need node:crypto, which takes time to load.
      const { hashLines, hashedServices } = await import('../config/hashes.ts');
      const { project: whole } = await openLoaded(context, {
        ...request,
        services: [],
        resolveEnvironment: false,
      });
      // A broken env_file of another service is no reason to refuse.
      const { project } = await openLoaded(context, {
        ...{ ...request, services: hashedServices(whole, options.hash) },
        ...{ noDeps: true, onlyNeeded: true, consistency: false },
      });
      put(context, options.output, lines(hashLines(project)));
      return 0;
    }
    const { project } = await openLoaded(context, {
      ...request,
      // These are in no env_file.
      ...(before && { resolveEnvironment: false }),
    });
    if (options.quiet) return 0;
    if (list !== undefined) put(context, options.output, lines(lists[list](project)));
    else {
      const { canonicalJson } = await import('../../load/canonical.ts');
      const wish = digestWish(options);
      const shown =
        wish === undefined
          ? project
          : await (await import('../config/digests.ts')).withDigests(context, project, wish);
      await print(
        context,
        options,
        canonicalJson(shown, { escapeDollars: true, models: options.format !== 'json' }),
      );
    }
    return 0;
  },
});

function compatibilityAsked({ global, terminal }: Context): boolean {
  return global.compatibility === true && !terminal.environment['COMPOSE_COMPATIBILITY'];
}

interface Shape {
  readonly format: string | undefined;
  readonly output: string | undefined;
}

async function print(context: Context, { format, output }: Shape, json: string): Promise<void> {
  if (format === 'json') return put(context, output, json);
  const { canonicalYaml } = await import('../../output/yaml.ts');
  put(context, output, await canonicalYaml(json));
}

/** The merged files with their variables as they stand, as JSON. */
async function uninterpolated(
  context: Context,
  request: Partial<LoadRequest>,
  wish: DigestWish | undefined,
): Promise<string> {
  const { goJson } = await import('../../load/canonical.ts');
  const { tree } = await openTree(context, { ...request, interpolate: false });
  if (wish === undefined) return goJson(sorted(tree), 2);
  const { treeWithDigests } = await import('../config/digests.ts');
  return goJson(sorted(await treeWithDigests(context, tree, wish)), 2);
}

/** Keys by name throughout: without the model nobody knows a better order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

function digestWish(options: {
  readonly 'lock-image-digests': boolean | undefined;
  readonly 'resolve-image-digests': boolean | undefined;
}): DigestWish | undefined {
  if (options['lock-image-digests']) return { only: true };
  return options['resolve-image-digests'] ? { only: false } : undefined;
}

/** The project before it becomes the typed model. */
async function openTree(context: Context, request: Partial<LoadRequest>): Promise<LoadedTree> {
  const { loadProjectTree } = await import('../../load/tree.ts');
  const read = await readingFiles(context, (reader) =>
    loadProjectTree(loadRequest(context, request), reader),
  );
  return read.loaded;
}

function put({ terminal }: Context, output: string | undefined, text: string): void {
  if (output !== undefined) write(resolve(terminal.workingDir, output), text);
  else printText(terminal, text);
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('output', `${path} can't be written: ${reason}`, { cause: error });
  }
}
