import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../diagnostic/errors.ts';
import { makeFolder } from '../../util/folder.ts';
import type { Surroundings } from '../endpoints/endpoint.ts';
import { type PrivateEngine, privateEngine } from '../state.ts';
import { containersConf, machine } from './containers-conf.ts';
import { launch } from './launch.ts';
import { programPath } from './program.ts';

/**
 * Starts `podman system service` on a socket of our own, over the user's usual images and containers.
 * @param idleSeconds it ends by itself after so long without a request; 0: never
 * @throws EngineError if it is not installed
 */
export async function startPodman(world: Surroundings, idleSeconds: number): Promise<PrivateEngine> {
  const path = programPath('podman', world.environment);
  if (path === undefined) {
    throw new EngineError('unsupported', 'engine start', 'podman is not installed', {
      hint: 'on Debian and Ubuntu: apt-get install podman',
    });
  }
  const engine = privateEngine(world, 'podman');
  const args = ['system', 'service', `--time=${idleSeconds}`, `unix://${engine.socket}`];
  await launch(engine, { path, args, environment: withConfiguration(world, engine) });
  return engine;
}

/** The environment, with a containers.conf where the machine needs one and the user names none. */
function withConfiguration(world: Surroundings, engine: PrivateEngine): Surroundings['environment'] {
  const { environment, uid } = world;
  if ((environment['CONTAINERS_CONF'] ?? '') !== '') return environment;
  const text = containersConf(machine(programPath('runc', environment) !== undefined), uid);
  if (text === undefined) return environment;
  makeFolder(engine.folder, 0o711);
  const path = join(engine.folder, 'containers.conf');
  writeFileSync(path, text);
  return { ...environment, CONTAINERS_CONF: path };
}
