import { UserError } from '../../diagnostic/errors.ts';
import type { Share } from '../../model/graph.ts';
import type { ContainerInput } from '../input.ts';

const prefix = 'service:';

/** A namespace mode for the engine: `service:x` becomes `container:ID`. */
export function sharedMode(
  input: ContainerInput,
  mode: string | undefined,
  what: Share['what'],
): string | undefined {
  if (!mode?.startsWith(prefix)) return mode;
  return `container:${sharedContainer(input, mode.slice(prefix.length), what)}`;
}

/**
 * The container of a service whose namespace or volumes are used.
 * @throws UserError if it has none
 */
export function sharedContainer(input: ContainerInput, service: string, what: Share['what']): string {
  const container = input.containerOf(service);
  if (container !== undefined) return container;
  throw new UserError(
    'TSC306',
    `service ${input.serviceName} cannot share ${what} with service ${service}: container missing`,
    { hint: `start ${service} too, with at least one replica` },
  );
}
