import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { EngineError } from '../../diagnostic/errors.ts';
import type { Surroundings } from '../endpoints/endpoint.ts';
import { type PrivateEngine, privateEngine } from '../state.ts';
import { launch } from './launch.ts';
import { programPath } from './program.ts';

/** Name of the bridge that our dockerd gets if another one has taken docker0. */
export const ownBridge = 'tscompose0';

/**
 * Starts a dockerd with state, socket and, if needed, bridge of its own.
 * @throws EngineError if it is not installed, or not allowed
 */
export async function startDockerd(world: Surroundings): Promise<PrivateEngine> {
  const path = programPath('dockerd', world.environment);
  if (path === undefined) {
    throw new EngineError('unsupported', 'engine start', 'dockerd is not installed', {
      hint: 'on Debian and Ubuntu: apt-get install docker.io',
    });
  }
  if (world.uid !== 0) {
    throw new EngineError('denied', 'engine start', 'a private dockerd needs root', {
      hint: 'use Podman (--kind podman), rootless Docker, or sudo',
    });
  }
  const engine = privateEngine(world, 'docker');
  const bridge = bridgeArguments(world);
  const args = [
    ...['--data-root', join(engine.folder, 'data')],
    ...['--exec-root', join(dirname(engine.socket), 'exec')],
    ...['--pidfile', join(engine.folder, 'docker.pid')],
    ...['--host', `unix://${engine.socket}`],
    ...bridge,
  ];
  await launch(engine, { path, args, environment: world.environment });
  return engine;
}

/** Two daemons on one bridge would give the same addresses twice. */
function bridgeArguments(world: Surroundings): string[] {
  const interfaces = networkInterfaces();
  const ip = programPath('ip', world.environment);
  if (ip === undefined || !exists(ip, 'docker0')) return [];
  if (!exists(ip, ownBridge)) {
    const address = freeAddress(interfaces);
    for (const args of [
      ['link', 'add', 'name', ownBridge, 'type', 'bridge'],
      ['addr', 'add', `${address}/24`, 'dev', ownBridge],
      ['link', 'set', ownBridge, 'up'],
    ]) {
      const { status, stderr } = spawnSync(ip, args, { encoding: 'utf8' });
      if (status !== 0) {
        throw new EngineError('other', 'engine start', `a bridge can't be made: ${stderr.trim()}`, {
          hint: 'another dockerd has docker0: use that one, or stop it',
        });
      }
    }
  }
  return ['--bridge', ownBridge];
}

function exists(ip: string, name: string): boolean {
  return spawnSync(ip, ['link', 'show', name], { stdio: 'ignore' }).status === 0;
}

/** Removes the bridge that `startDockerd` has made. */
export function removeBridge(world: Surroundings): void {
  const ip = programPath('ip', world.environment);
  if (ip !== undefined && exists(ip, ownBridge))
    spawnSync(ip, ['link', 'del', ownBridge], { stdio: 'ignore' });
}

/** The first address of a /24 that this machine has no part of. */
function freeAddress(interfaces: ReturnType<typeof networkInterfaces>): string {
  const taken = Object.values(interfaces).flatMap((list) => (list ?? []).map(({ address }) => address));
  for (let third = 0; third < 256; third++) {
    const prefix = `172.29.${third}.`;
    if (!taken.some((address) => address.startsWith(prefix))) return `${prefix}1`;
  }
  return '172.29.255.1';
}
