import type { ContainerRef, ForwardPorts } from '../operations.ts';
import type { NodeId } from '../plan.ts';
import type { UpdatePolicy } from './policy.ts';

/** A rolling update of one service: its containers are replaced in turn, and a failure is undone at once. */
export interface Roll {
  readonly service: string;
  readonly engine: string;
  readonly policy: UpdatePolicy;
  /** How a rollback goes, should it be asked for. */
  readonly rollback: UpdatePolicy;
  /** A container that is not ready after so long has failed. */
  readonly readyMs: number;
  /** Connections that are left after so long are cut. */
  readonly drainMs: number;
  /** How many containers the service has, those included that are not replaced. */
  readonly size: number;
  readonly replacements: readonly Replacement[];
  /** The service's ports go to a forwarder with it. */
  readonly moves?: boolean;
  /** Holds the service's ports while its containers change. */
  readonly forwarder?: { readonly container: ContainerRef; readonly ports: ForwardPorts };
}

/** The replacement of one container, or of several at once where they can only go together. */
export interface Replacement {
  /** One after another, until the new container has proved itself. What is done of them is undone if one fails. */
  readonly steps: readonly NodeId[];
  readonly containers: readonly {
    readonly replica: number;
    readonly before: ContainerRef;
    readonly now: ContainerRef;
  }[];
}

/** How far a rolling update has come. */
export interface RollState {
  readonly failed: number;
  readonly replaced: number;
}

/**
 * What a rolling update does when some replacements have failed. At the end, `continue` has nothing left to go on
 * with: failures beyond the ratio are told.
 */
export function verdictOn(
  { policy, size }: Pick<Roll, 'policy' | 'size'>,
  { failed }: RollState,
  last: boolean,
): 'go on' | 'pause' | 'rollback' | 'incomplete' {
  if (failed === 0 || failed / size <= policy.maxFailureRatio) return 'go on';
  if (policy.failureAction === 'continue') return last ? 'incomplete' : 'go on';
  return policy.failureAction;
}
