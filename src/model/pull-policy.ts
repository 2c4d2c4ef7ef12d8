import { parseDuration } from '../util/duration.ts';
import type { Service } from './service.ts';

/**
 * Seconds after which a policy pulls again: `daily`, `weekly`, `every_12h`, and `refresh`, which means the age that
 * `pull_refresh_after` names, or any. undefined for other policies.
 */
export function pullAge(
  policy: string | undefined,
  { pull_refresh_after: after }: Pick<Service, 'pull_refresh_after'>,
): number | undefined {
  if (policy === 'daily') return 86_400;
  if (policy === 'weekly') return 7 * 86_400;
  if (policy === 'refresh') return after === undefined ? 0 : parseDuration(after) / 1e9;
  return policy?.startsWith('every_') ? parseDuration(policy.slice('every_'.length)) / 1e9 : undefined;
}
