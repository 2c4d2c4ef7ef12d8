import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError } from '../../diagnostic/errors.ts';
import type { Surroundings } from '../endpoints/endpoint.ts';
import { type PrivateEngine, privateEngine, runningProcess } from '../state.ts';
import { launch } from './launch.ts';
import { programPath } from './program.ts';

/**
 * Starts a dockerd with state and socket of its own.
 * @throws EngineError if it is not installed, not allowed, or would disturb another one
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
  const other = runningProcess(engine) === undefined ? otherDockerd() : undefined;
  if (other !== undefined) throw wouldDisturb(other);
  const args = [
    ...['--data-root', join(engine.folder, 'data')],
    ...['--exec-root', join(dirname(engine.socket), 'exec')],
    ...['--pidfile', join(engine.folder, 'docker.pid')],
    ...['--host', `unix://${engine.socket}`],
  ];
  await launch(engine, { path, args, environment: world.environment });
  return engine;
}

/** A dockerd makes the firewall rules of its network namespace anew: those of another one would be gone. */
function wouldDisturb(pid: number): EngineError {
  const message = `another dockerd (process ${pid}) runs here, and a second one would remove its firewall rules`;
  return new EngineError('conflict', 'engine start', message, {
    hint: 'name its socket by DOCKER_HOST, or start Podman beside it: tscompose engine start --kind podman',
  });
}

/** The number of a dockerd in our network namespace. */
function otherDockerd(): number | undefined {
  const here = readlinkSync('/proc/self/ns/net');
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const isDockerd = readFileSync(`/proc/${entry}/comm`, 'utf8').trim() === 'dockerd';
      if (isDockerd && readlinkSync(`/proc/${entry}/ns/net`) === here) return Number(entry);
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}
