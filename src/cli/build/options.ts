import { UserError } from '../../diagnostic/errors.ts';
import type { Project } from '../../model/project.ts';
import type { Build, Service } from '../../model/service.ts';
import { parseBytes } from '../../util/bytes.ts';
import type { Options, OptionValues } from '../command.ts';

/** What docker compose has given up. */
const gone = (deprecated: string) =>
  ({ type: 'boolean', hidden: true, deprecated, summary: deprecated }) as const;

export const buildOptions = {
  'build-arg': { type: 'strings', summary: 'Set a build argument: NAME=VALUE, or NAME for its value here' },
  builder: { type: 'string', summary: "The builder; only the engine's own one, default, is there" },
  check: { type: 'boolean', summary: 'Only check the Dockerfiles, and say what could be better' },
  compress: gone('contexts are never compressed'),
  'force-rm': gone('containers of builds are always removed'),
  memory: { short: 'm', type: 'string', summary: 'Memory that a build step may use: 512m, 2g' },
  'no-cache': { type: 'boolean', summary: 'Build every step anew' },
  'no-rm': gone('containers of builds are always removed'),
  parallel: gone('builds always run side by side'),
  print: { type: 'boolean', summary: 'Print the builds as a bake file, and build nothing' },
  provenance: { type: 'string', summary: 'Attest how the image was made: true, or mode=max and the like' },
  pull: { type: 'boolean', summary: 'Look for newer versions of the images that builds start from' },
  push: { type: 'boolean', summary: 'Push the images of services that name one' },
  quiet: { short: 'q', type: 'boolean', summary: 'No output of the builds' },
  sbom: { type: 'string', summary: 'Attest what the image is made of: true, or generator=IMAGE' },
  ssh: { type: 'string', summary: 'An SSH agent or key for the builds: default, or ID=PATH' },
  'with-dependencies': { type: 'boolean', summary: 'Images of dependencies too' },
} as const satisfies Options;

export type BuildOptions = OptionValues<typeof buildOptions>;

/** The project with what the command line says about its builds. */
export function withOptions(
  project: Project,
  options: BuildOptions,
  environment: Readonly<Record<string, string>>,
): Project {
  const args = argumentsOf(options['build-arg'], environment);
  const ssh = sshOf(options.ssh);
  const change = (build: Build): Build => ({
    ...build,
    ...(Object.keys(args).length > 0 && { args: { ...build.args, ...args } }),
    ...(ssh !== undefined && { ssh: [...(build.ssh ?? []), ssh] }),
    ...(options.provenance && { provenance: options.provenance }),
    ...(options.sbom && { sbom: options.sbom }),
  });
  const all = (services: Project['services']) =>
    Object.fromEntries(
      Object.entries(services).map(([name, service]): [string, Service] => [
        name,
        service.build === undefined ? service : { ...service, build: change(service.build) },
      ]),
    );
  return { ...project, services: all(project.services), disabledServices: all(project.disabledServices) };
}

function argumentsOf(given: readonly string[], environment: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    given.map((text): [string, string | null] => {
      const at = text.indexOf('=');
      return at < 0 ? [text, environment[text] ?? null] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** `--ssh` without a value means the agent. @throws UserError for an id without a path */
function sshOf(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (given === '' || given === 'default') return 'default';
  if (given.includes('=')) return given;
  throw new UserError('usage', `invalid ssh key ${JSON.stringify(given)}`, {
    hint: 'use default for the agent, or ID=PATH of a key or socket',
  });
}

/** @returns bytes; undefined for no limit @throws UserError for what is no size */
export function memoryOf(given: string | undefined): number | undefined {
  if (given === undefined || given === '' || given === '0') return undefined;
  try {
    return parseBytes(given);
  } catch (cause) {
    throw new UserError('usage', `invalid argument ${JSON.stringify(given)} for "-m, --memory" flag`, {
      hint: 'a size such as 512m or 2g',
      cause,
    });
  }
}

/** @throws UserError for a name that no service has */
export function checkServices({ services }: Project, names: readonly string[]): void {
  const unknown = names.find((name) => !(name in services));
  if (unknown !== undefined) throw new UserError('no-such-service', `no such service: ${unknown}`);
}

/** Builders of buildx live in containers of their own, which are not ours to drive. */
export function checkBuilder(given: string | undefined, context: string | undefined): void {
  if (given === undefined || ['', 'default', context].includes(given)) return;
  throw new UserError('usage', `no builder ${JSON.stringify(given)} found`, {
    hint: "leave out --builder: images are built by the engine's own builder, called default",
  });
}
