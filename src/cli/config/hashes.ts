import { UserError } from '../../diagnostic/errors.ts';
import { serviceHash } from '../../model/hash.ts';
import type { Project } from '../../model/project.ts';

/**
 * The services whose hashes are asked for, sorted.
 * @param which `*`, or names with commas between
 * @throws UserError for an unknown service
 */
export function hashedServices({ services }: Project, which: string): readonly string[] {
  const names = which === '*' ? Object.keys(services) : [...new Set(which.split(','))];
  const unknown = names.find((name) => !(name in services));
  if (unknown !== undefined) throw new UserError('no-such-service', `no such service: ${unknown}`);
  return names.sort();
}

/** `SERVICE HASH` for each service. */
export function hashLines({ services }: Project): readonly string[] {
  return Object.keys(services)
    .sort()
    .map((name) => `${name} ${serviceHash(services[name]!)}`);
}
