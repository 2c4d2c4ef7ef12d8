import { createHash } from 'node:crypto';
import { networkShape, serviceShape, volumeShape } from './key-order.ts';
import type { Network, Volume } from './project.ts';
import type { Service } from './service.ts';
import { encode } from './shape.ts';

/**
 * What docker compose writes into the config-hash label of a container: 64 hex digits over all that would
 * make another container. `build`, `depends_on`, `profiles`, `pull_policy`, `scale`, the number of
 * replicas and `x-*` are no part of it.
 */
export function serviceHash(service: Service): string {
  return digest(hashedText(service));
}

/** The text whose digest `serviceHash` is. */
export function hashedText(service: Service): string {
  return encode(service, serviceShape);
}

/** The config-hash label of a network. */
export function networkHash(network: Network): string {
  return digest(encode(network, networkShape));
}

/** The config-hash label of a volume; one without driver counts as `local`. */
export function volumeHash(volume: Volume): string {
  return digest(encode({ ...volume, driver: volume.driver || 'local' }, volumeShape));
}

/** SHA-256 of a text in hex digits. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
