import { UserError } from '../../diagnostic/errors.ts';
import { serviceHash } from '../../model/hash.ts';
import type { Project } from '../../model/project.ts';

/**
 * `SERVICE HASH` for each service.
 * @param which `*`, or names with commas between
 * @throws UserError for an unknown service
 */
export function hashLines(project: Project, which: string): readonly string[] {
  const names = which === '*' ? Object.keys(project.services).sort() : which.split(',');
  return names.map((name) => {
    const service = project.services[name];
    if (service === undefined) throw new UserError('no-such-service', `no such service: ${name}`);
    return `${name} ${serviceHash(service)}`;
  });
}
