import type { PlanBuilder } from './builder.ts';
import type { Group } from './group.ts';

/** Refuses names that neither the model nor a container knows. */
export function checkServices(builder: PlanBuilder, group: Group, names: readonly string[]): void {
  for (const name of names) {
    if (!group.services.has(name)) builder.refuse('no-such-service', `no such service: ${name}`, 1);
  }
}
