import type { ContainerInput } from './input.ts';

/** Where a service with `use_api_socket` finds the engine and the registries' credentials. */
export const apiSocket = {
  socket: '/var/run/docker.sock',
  folder: '/run/secrets/docker',
  file: '/run/secrets/docker/config.json',
} as const;

/** True if the container gets the client's credentials: not if it brings its own `DOCKER_CONFIG`. */
export function givesCredentials(input: ContainerInput): boolean {
  return input.service.use_api_socket === true && !('DOCKER_CONFIG' in (input.service.environment ?? {}));
}

/** `NAME=value` entries sorted by name; a name alone takes a variable of the image away. */
export function environmentOf(input: ContainerInput): string[] {
  const merged: Record<string, string | null> = {
    ...input.environment,
    ...input.service.environment,
    ...(givesCredentials(input) && { DOCKER_CONFIG: apiSocket.folder }),
  };
  return Object.keys(merged)
    .sort()
    .map((name) => {
      const value = merged[name];
      return value === null || value === undefined ? name : `${name}=${value}`;
    });
}
