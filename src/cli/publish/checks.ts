import { readFileSync } from 'node:fs';
import { UserError } from '../../diagnostic/errors.ts';
import { isRemote } from '../../load/files.ts';
import type { Project } from '../../model/project.ts';
import type { Service, ServiceVolume } from '../../model/service.ts';
import { isTree, type Tree } from '../../yaml/tree.ts';
import { envLinks, type PublishedFile } from './layers.ts';
import { isLiteral, isSuspicious, type Leak, leaksInLines, leaksInTree } from './secrets.ts';

/** @throws UserError for what nobody else could use */
export function checkPublishable(project: Project, files: readonly PublishedFile[]): void {
  const local = files.flatMap(({ documents }) => documents.flatMap(localIncludes));
  if (local.length > 0) {
    throw new UserError('publish', `cannot publish compose file with local includes: ${local.join(', ')}`, {
      hint: 'publish what is included on its own and include it by oci://, or merge it with -f',
    });
  }
  const built = Object.entries(project.services).filter(
    ([, service]) => service.build !== undefined && service.image === undefined,
  );
  if (built.length > 0) {
    const names = built.map(([name]) => `- ${JSON.stringify(name)}`).join('\n');
    throw new UserError(
      'publish',
      `your Compose stack cannot be published as it only contains a build section for service(s):\n${names}`,
      { hint: 'give them an image: under that name the built image is pushed' },
    );
  }
}

function localIncludes({ include }: Tree): readonly string[] {
  const entries = Array.isArray(include) ? include : [];
  return entries
    .flatMap((entry: unknown) => {
      const path = isTree(entry) ? entry['path'] : entry;
      return Array.isArray(path) ? path : [path];
    })
    .filter((path): path is string => typeof path === 'string' && !isRemote(path));
}

/** The question about bind mounts, which lead to files of this machine; undefined if there are none. */
export function bindMountQuestion(project: Project): string | undefined {
  const lines = Object.entries(project.services).flatMap(([name, { volumes = [] }]) =>
    volumes.filter(({ type }) => type === 'bind').map((mount) => `  ${name}: ${mountText(mount)}`),
  );
  if (lines.length === 0) return undefined;
  return [
    'you are about to publish bind mounts declaration within your OCI artifact.',
    'only their declarations are published, not what is in those folders:',
    ...lines,
    'Are you ok to publish these bind mount declarations?',
  ].join('\n');
}

function mountText({ source = '', target = '', read_only: readOnly }: ServiceVolume): string {
  return `${source}:${target}:${readOnly ? 'ro' : 'rw'}`;
}

/** Secrets in clear: in the files, and in those that services, configs and secrets name. */
export function leaksOf(project: Project, tree: Tree, files: readonly PublishedFile[]): readonly Leak[] {
  const named = [
    ...files.flatMap((file) => envLinks(file, project).map(({ path }) => path)),
    ...[...Object.values(project.configs), ...Object.values(project.secrets)].flatMap(
      ({ file }) => file ?? [],
    ),
  ];
  const inFiles = [...new Set(named)].flatMap((path) => leaksInLines(readOrNothing(path)));
  return [...leaksInTree(tree), ...inFiles];
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export function leakQuestion(leaks: readonly Leak[]): string | undefined {
  if (leaks.length === 0) return undefined;
  return [
    'you are about to publish sensitive data within your OCI artifact.',
    'please double check that you are not leaking sensitive data',
    ...leaks.map(({ type, key, value }) => `${type}\n${JSON.stringify(key)}: ${value}`),
    'Are you ok to publish these sensitive data?',
  ].join('\n');
}

/** The question about env files, and about variables that by their names hold secrets. */
export function environmentQuestion(files: readonly PublishedFile[]): string | undefined {
  const lines = files.flatMap(({ documents }) =>
    documents.flatMap(({ services }) =>
      Object.entries(isTree(services) ? services : {}).flatMap(([name, service]) =>
        isTree(service) ? environmentLines(name, service) : [],
      ),
    ),
  );
  if (lines.length === 0) return undefined;
  return [
    'you are about to publish env-related declarations within your OCI artifact.',
    'paths of env files and literal values are published as they stand; ${VARIABLES} stay variables.',
    ...[...new Set(lines)].sort(),
    'Use --with-env to silence this prompt and always publish env declarations.',
    'Are you ok to publish these env declarations?',
  ].join('\n');
}

function environmentLines(name: string, service: Tree): readonly string[] {
  const { env_file: envFile } = service;
  const has = Array.isArray(envFile) ? envFile.length > 0 : envFile !== undefined && envFile !== '';
  const keys = Object.entries(environmentOf(service))
    .filter(([key, value]) => isSuspicious(key, value))
    .map(([key]) => JSON.stringify(key))
    .sort();
  const who = `  service ${JSON.stringify(name)}`;
  return [
    ...(has && envFile !== null ? [`${who}: env_file declared`] : []),
    ...(keys.length > 0 ? [`${who}: literal value for ${keys.join(', ')}`] : []),
  ];
}

function environmentOf({ environment }: Tree): Readonly<Record<string, string>> {
  const entries = Array.isArray(environment)
    ? environment.map((item): [string, unknown] => {
        const [key = '', ...rest] = String(item).split('=');
        return [key, rest.join('=')];
      })
    : Object.entries(isTree(environment) ? environment : {});
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value ?? '')]));
}

/** The question about configs whose content stands in the files. */
export function configQuestion(files: readonly PublishedFile[]): string | undefined {
  const names = files.flatMap(({ documents }) =>
    documents.flatMap(({ configs }) =>
      Object.entries(isTree(configs) ? configs : {})
        .filter(([, config]) => isTree(config) && isLiteral(String(config['content'] ?? '')))
        .map(([name]) => `  config ${JSON.stringify(name)}`),
    ),
  );
  if (names.length === 0) return undefined;
  return [
    'you are about to publish literal inline config content within your OCI artifact.',
    ...[...new Set(names)].sort(),
    'Are you ok to publish these config contents?',
  ].join('\n');
}

/** Services with a name that their built image can be pushed under. */
export function hasPushable(services: Readonly<Record<string, Service>>): boolean {
  return Object.values(services).some(({ build, image }) => build !== undefined && image !== undefined);
}
