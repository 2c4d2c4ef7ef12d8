import { parseReference } from '../util/reference.ts';
import { Registry } from './client.ts';
import { retryAfter } from './errors.ts';
import { manifestPath, manifestTypes } from './manifest.ts';
import type { RegistryWorld } from './world.ts';

/**
 * Seconds that the registry of an image asks to wait. Engines keep that to themselves, so it is asked for the
 * image's manifest once more: by its head, which counts against no allowance.
 * @returns undefined if it does not say, 0 if it serves again
 */
export async function registryPause(reference: string, world: RegistryWorld): Promise<number | undefined> {
  const parsed = parseReference(reference);
  if (parsed === undefined) return undefined;
  const { status, headers } = await new Registry(parsed.registry, world).ask(manifestPath(parsed), {
    method: 'HEAD',
    headers: { Accept: manifestTypes.join(', ') },
    accept: [429],
  });
  return status === 429 ? retryAfter(headers['retry-after'], Date.now()) : 0;
}
