import { label } from '../../model/labels.ts';
import type { PlanBuilder } from '../builder.ts';

interface Wanted {
  readonly kind: 'network' | 'volume';
  readonly key: string;
  readonly name: string;
  readonly external: boolean;
}

/**
 * True if a network or volume is there and the project's own, so that it can be compared with the model. Refuses an
 * external one that is missing, and warns of one that somebody else made: that is used as it is.
 */
export function isOwn<Present extends { readonly labels: Readonly<Record<string, string>> }>(
  { kind, key, name, external }: Wanted,
  present: Present | undefined,
  projectName: string,
  builder: PlanBuilder,
): present is Present {
  if (external) {
    if (present === undefined) {
      const message = `${kind} ${name} declared as external, but could not be found`;
      builder.refuse(`${kind}-missing`, message, 1, `create it, or remove "external" from ${kind} ${key}`);
    }
    return false;
  }
  if (present === undefined) return false;
  const owner = present.labels[label.project];
  if (owner === projectName) return true;
  const whose = owner === undefined ? 'was not made for a compose project' : `belongs to project ${owner}`;
  builder.warn(
    `${kind}-not-ours`,
    `${kind} ${name} exists but ${whose}; it is used as it is`,
    `say "external: true" for ${kind} ${key}, or give it another "name"`,
  );
  return false;
}
