import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { privateSockets } from '../state.ts';
import type { EndpointStrategy, Surroundings } from './endpoint.ts';

/** A strategy of well-known socket files. */
function sockets(
  name: string,
  places: (world: Surroundings) => readonly (readonly [name: string, path: string])[],
): EndpointStrategy {
  return {
    name,
    find: (world) => {
      const all = places(world);
      const there = all.filter(([, path]) => existsSync(path));
      if (all.length === 0) return { kind: 'declined', reason: 'not on this system' };
      if (there.length === 0) {
        return { kind: 'declined', reason: `no socket at ${all.map(([, path]) => path).join(', ')}` };
      }
      const endpoints = there.map(([engine, path]) => ({
        name: engine,
        address: `unix://${path}`,
        reason: `the socket ${path} exists`,
      }));
      return { kind: 'candidates', endpoints };
    },
  };
}

export const defaultSocket = sockets('default socket', ({ platform }) =>
  platform === 'win32' ? [['default', '\\\\.\\pipe\\docker_engine']] : [['default', '/var/run/docker.sock']],
);

/** XDG_RUNTIME_DIR, or where systemd puts it. */
function runtimeFolders({ environment, uid }: Surroundings): string[] {
  const folders = [environment['XDG_RUNTIME_DIR'] ?? '', uid > 0 ? `/run/user/${uid}` : ''];
  return [...new Set(folders.filter((folder) => folder !== ''))];
}

export const rootlessDocker = sockets('rootless Docker', (world) => [
  ...runtimeFolders(world).map((folder) => ['rootless', join(folder, 'docker.sock')] as const),
  ['rootless', join(world.home, '.docker', 'run', 'docker.sock')],
]);

export const podmanSockets = sockets('Podman', (world) => [
  ...(world.uid === 0 ? [['podman', '/run/podman/podman.sock'] as const] : []),
  ...runtimeFolders(world).map((folder) => ['podman', join(folder, 'podman', 'podman.sock')] as const),
  ...(world.uid === 0 ? [] : [['podman', '/run/podman/podman.sock'] as const]),
  ['podman', join(world.home, '.local/share/containers/podman/machine/podman.sock')],
]);

export const desktopSockets = sockets('desktop applications', ({ home, environment }) => [
  ['desktop', join(home, '.docker/desktop/docker.sock')],
  ['colima', join(environment['COLIMA_HOME'] || join(home, '.colima'), 'default/docker.sock')],
  ['colima', join(home, '.config/colima/default/docker.sock')],
  ['orbstack', join(home, '.orbstack/run/docker.sock')],
  ['rancher', join(home, '.rd/docker.sock')],
]);

/** What `tscompose engine start` runs, and Podman services started on demand. */
export const ownEngines = sockets('engines started by tscompose', (world) =>
  privateSockets(world).map(
    ({ kind, socket }) => [kind === 'docker' ? 'private' : 'podman', socket] as const,
  ),
);
