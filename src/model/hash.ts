import { createHash } from 'node:crypto';
import { networkShape, serviceShape, volumeShape } from './key-order.ts';
import type { Network, Volume } from './project.ts';
import type { Service } from './service.ts';
import { encode, type Shape } from './shape.ts';

/**
 * What docker compose writes into the config-hash label of a container: 64 hex digits over all that would
 * make another container. `build`, `depends_on`, `profiles`, `pull_policy`, `scale`, the number of
 * replicas and `x-*` are no part of it.
 */
export function serviceHash(service: Service): string {
  return digest(service, serviceShape);
}

/** The config-hash label of a network. */
export function networkHash(network: Network): string {
  return digest(network, networkShape);
}

/** The config-hash label of a volume; one without driver counts as `local`. */
export function volumeHash(volume: Volume): string {
  return digest({ ...volume, driver: volume.driver || 'local' }, volumeShape);
}

function digest(value: object, shape: Shape): string {
  return createHash('sha256').update(encode(value, shape)).digest('hex');
}
