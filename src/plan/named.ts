import type { PlanBuilder } from './builder.ts';
import type { Group } from './group.ts';

/**
 * Refuses names that neither the model nor a container knows. Without a model nobody knows what the project could
 * have: then a name without containers is only worth a warning, unless they `mustExist`.
 */
export function checkServices(
  builder: PlanBuilder,
  group: Group,
  names: readonly string[],
  mustExist = false,
): void {
  for (const name of names) {
    if (group.services.has(name)) continue;
    const message = `no such service: ${name}`;
    if (mustExist || group.project !== undefined) {
      const known = [...group.services.keys()].sort();
      builder.refuse(
        'no-such-service',
        message,
        1,
        known.length > 0 ? `there is: ${known.join(', ')}` : undefined,
      );
    } else builder.warn('no-such-service', message, 'the project has no container of it');
  }
}
