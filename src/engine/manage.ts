import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../diagnostic/errors.ts';
import type { Endpoint, Surroundings } from './endpoints/endpoint.ts';
import { codeOf } from './http/errors.ts';
import { startDockerd } from './manage/dockerd.ts';
import { answers, end } from './manage/launch.ts';
import { startPodman } from './manage/podman.ts';
import { programPath } from './manage/program.ts';
import {
  type PrivateEngine,
  type PrivateKind,
  privateEngine,
  privateSockets,
  runningProcess,
} from './state.ts';

/** Seconds that a Podman service started on demand stays without requests. */
const idleSeconds = 300;

/** Whether an engine of this kind can be started here. */
export function canStart(world: Surroundings, kind: PrivateKind): boolean {
  if (world.platform !== 'linux') return false;
  if (kind === 'docker') return world.uid === 0 && programPath('dockerd', world.environment) !== undefined;
  return programPath('podman', world.environment) !== undefined;
}

/** Starts Podman's service because a command needs an engine and none answers. */
export async function startOnDemand(world: Surroundings): Promise<Endpoint> {
  const engine = await startPodman(world, idleSeconds);
  return {
    name: 'podman',
    address: `unix://${engine.socket}`,
    reason: 'started on demand: podman is installed',
  };
}

/**
 * Starts an engine of our own that stays until `stopEngine`.
 * @param kind undefined: dockerd where it is possible, else Podman
 */
export async function startEngine(
  world: Surroundings,
  kind?: PrivateKind,
): Promise<{ engine: PrivateEngine; already: boolean }> {
  const wanted = kind ?? (['docker', 'podman'] as const).find((one) => canStart(world, one));
  if (wanted === undefined) {
    const hint = waysOut(world).join('\n  ');
    throw new EngineError('unsupported', 'engine start', 'no engine is installed that could be started', {
      hint,
    });
  }
  const place = privateEngine(world, wanted);
  const already = runningProcess(place) !== undefined && (await answers(place.socket));
  try {
    const engine = wanted === 'docker' ? await startDockerd(world) : await startPodman(world, 0);
    return { engine, already };
  } catch (error) {
    throw notWritable(error, place);
  }
}

/** Ends the engines that we started, and none else. @param remove their images, containers and volumes too */
export async function stopEngines(
  world: Surroundings,
  options: { readonly kind?: PrivateKind; readonly remove?: boolean } = {},
): Promise<PrivateEngine[]> {
  const stopped: PrivateEngine[] = [];
  for (const engine of privateSockets(world)) {
    if (options.kind !== undefined && engine.kind !== options.kind) continue;
    if (await end(engine)) stopped.push(engine);
    if (options.remove === true) removeState(engine);
  }
  return stopped;
}

function removeState(engine: PrivateEngine): void {
  try {
    rmSync(engine.folder, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    throw new EngineError('other', 'engine stop', `${engine.folder} can't be removed: ${codeOf(error)}`, {
      hint: 'something is still mounted below it: see "mount", then umount and remove it',
      cause: error,
    });
  }
}

function notWritable(error: unknown, { folder }: PrivateEngine): unknown {
  if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) return error;
  return new EngineError('denied', 'engine start', `${folder} can't be written`, {
    hint: 'set TSCOMPOSE_STATE to a folder of yours',
    cause: error,
  });
}

/** State of the engines that we may have started. */
export function ownEngines(world: Surroundings): {
  readonly kind: PrivateKind;
  readonly running: boolean;
  readonly pid: number | undefined;
  readonly socket: string;
  readonly folder: string;
  readonly log: string;
}[] {
  return privateSockets(world).map((engine) => {
    const running = runningProcess(engine);
    const log = join(engine.folder, 'log');
    return { ...engine, running: running !== undefined, pid: running?.pid, log };
  });
}

/** What a user can do when no engine answers. */
export function waysOut(world: Surroundings): string[] {
  const ways = ['start the engine that you have, or name it: --host, DOCKER_HOST or --context'];
  const docker = programPath('dockerd', world.environment) !== undefined;
  if (canStart(world, 'docker')) ways.push('run a private one: tscompose engine start');
  else if (docker && world.platform === 'linux') ways.push('dockerd is installed: start it as root');
  if (!docker && world.platform === 'linux') {
    ways.push('install one: apt-get install docker.io, or apt-get install podman (which needs no daemon)');
  }
  if (world.platform !== 'linux')
    ways.push('install one: Docker Desktop, Colima, OrbStack, Rancher Desktop or Podman');
  return ways;
}
