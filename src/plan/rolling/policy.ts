import type { Service, UpdateConfig } from '../../model/service.ts';
import { parseDuration } from '../../util/duration.ts';

/** `deploy.update_config` or `rollback_config` with its defaults. */
export interface UpdatePolicy {
  /** Containers that are replaced at the same time; 0: all. */
  readonly parallelism: number;
  readonly delayMs: number;
  readonly order: 'start-first' | 'stop-first';
  readonly failureAction: 'pause' | 'continue' | 'rollback';
  readonly monitorMs: number;
  /** Part of the containers that may fail. */
  readonly maxFailureRatio: number;
}

/** How a service wants to be updated; undefined if it does not say. */
export function updatePolicy({ deploy }: Service): UpdatePolicy | undefined {
  return deploy?.update_config === undefined ? undefined : policyOf(deploy.update_config);
}

/** How a failed update is taken back. What `rollback_config` leaves open is done as in the update. */
export function rollbackPolicy({ deploy }: Service): UpdatePolicy {
  const { failure_action: _, ...update } = deploy?.update_config ?? {};
  return policyOf({ ...update, ...deploy?.rollback_config });
}

/** Values that the schema lets through and nobody knows mean the default, as in a Swarm. */
function policyOf(config: UpdateConfig): UpdatePolicy {
  const action = config.failure_action;
  return {
    parallelism: config.parallelism ?? 1,
    delayMs: milliseconds(config.delay),
    order: config.order === 'start-first' ? 'start-first' : 'stop-first',
    failureAction: action === 'continue' || action === 'rollback' ? action : 'pause',
    monitorMs: milliseconds(config.monitor),
    maxFailureRatio: config.max_failure_ratio ?? 0,
  };
}

function milliseconds(duration: string | undefined): number {
  return duration === undefined ? 0 : Math.round(parseDuration(duration) / 1e6);
}
