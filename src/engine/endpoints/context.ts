import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../diagnostic/errors.ts';
import { flagOf, objectOf, parseJson, type Raw, textOf } from '../../util/json.ts';
import type { Endpoint, EndpointStrategy, Surroundings } from './endpoint.ts';
import { filesOf } from './tls.ts';

/** The folder of Docker's configuration. */
function configFolder({ environment, home }: Pick<Surroundings, 'environment' | 'home'>): string {
  return environment['DOCKER_CONFIG'] || join(home, '.docker');
}

/** `config.json` there; an empty object if there is none. */
export function readConfig(world: Pick<Surroundings, 'environment' | 'home'>): Raw {
  const path = join(configFolder(world), 'config.json');
  const text = readText(path);
  if (text === undefined || text.trim() === '') return {};
  const value = parseJson(text);
  if (value === undefined) {
    throw new EngineError('invalid', 'connect', `${path} is not JSON`, { hint: 'repair or remove the file' });
  }
  return objectOf(value);
}

/** `--context`, DOCKER_CONTEXT, then the context that `docker context use` chose. */
export const fromContext: EndpointStrategy = {
  name: 'docker context',
  find: (world) => {
    const asked = world.context ?? '';
    const variable = world.environment['DOCKER_CONTEXT'] ?? '';
    const current = textOf(readConfig(world)['currentContext']);
    const name = asked || variable || current;
    const by = asked !== '' ? '--context' : variable !== '' ? 'DOCKER_CONTEXT' : 'the current docker context';
    if (name === '') return { kind: 'declined', reason: 'no context is chosen' };
    if (name === 'default') return { kind: 'declined', reason: `${by} is "default": the usual sockets` };
    return { kind: 'chosen', endpoint: contextEndpoint(world, name, by) };
  },
};

/**
 * The engine of a context.
 * @throws EngineError `not-found` if there is no such context
 */
function contextEndpoint(world: Surroundings, name: string, by: string): Endpoint {
  const folder = join(configFolder(world), 'contexts');
  const id = createHash('sha256').update(name).digest('hex');
  const text = readText(join(folder, 'meta', id, 'meta.json'));
  if (text === undefined) {
    const known = contextNames(world);
    throw new EngineError('not-found', 'connect', `there is no docker context "${name}" (${by})`, {
      hint: known.length === 0 ? 'no contexts are defined' : `known contexts: ${known.join(', ')}`,
    });
  }
  const docker = objectOf(objectOf(objectOf(parseJson(text))['Endpoints'])['docker']);
  const address = textOf(docker['Host']);
  if (address === '') {
    throw new EngineError('invalid', 'connect', `docker context "${name}" names no engine`, {
      hint: `docker context update ${name} --docker host=…`,
    });
  }
  const files = filesOf(join(folder, 'tls', id, 'docker'));
  const unverified = flagOf(docker['SkipTLSVerify']);
  const tls = Object.keys(files).length > 0 || unverified ? { tls: { ...files, verify: !unverified } } : {};
  return { name, address, reason: by, ...tls };
}

/** Names of all contexts, sorted; for messages and completion. */
export function contextNames(world: Pick<Surroundings, 'environment' | 'home'>): string[] {
  const folder = join(configFolder(world), 'contexts', 'meta');
  let entries: string[];
  try {
    entries = readdirSync(folder);
  } catch {
    return [];
  }
  const names = entries.map((entry) =>
    textOf(objectOf(parseJson(readText(join(folder, entry, 'meta.json')) ?? ''))['Name']),
  );
  return names.filter((name) => name !== '').sort();
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
