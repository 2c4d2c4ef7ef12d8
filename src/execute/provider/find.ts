import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { StringMap } from '../../model/scalars.ts';

const systemFolders = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** Path of a docker plugin; undefined if it is not installed. */
export function findPlugin(name: string, environment: StringMap): string | undefined {
  const docker = environment['DOCKER_CONFIG'] || join(environment['HOME'] || homedir(), '.docker');
  return [join(docker, 'cli-plugins'), ...systemFolders]
    .map((folder) => join(folder, `docker-${name}`))
    .find(isExecutable);
}

/** Path of the program for a provider type: a docker plugin `docker-TYPE`, else `TYPE` (or `docker-TYPE`) in PATH. */
export function findProvider(type: string, environment: StringMap): string | undefined {
  if (type === 'compose' || type.includes('/') || type === '') return undefined;
  const path = (environment['PATH'] ?? process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((one) => one !== '');
  const inPath = [type, `docker-${type}`].flatMap((name) => path.map((folder) => join(folder, name)));
  return findPlugin(type, environment) ?? inPath.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
