import type { NodeId, PlanNode } from '../plan/plan.ts';
import type { Done } from '../plan/rollback.ts';
import type { Dossier } from './dossier.ts';

/** How a node ended. `skipped`: something before it failed. `cancelled`: interrupted, or no longer worth it. */
export type NodeEnd = 'done' | 'failed' | 'skipped' | 'cancelled';

export interface NodeTiming {
  readonly node: NodeId;
  readonly end: NodeEnd;
  /** Milliseconds since the execution began; absent if the node never began. */
  readonly started?: number;
  readonly ended?: number;
}

export interface NodeFailure {
  readonly node: PlanNode;
  readonly error: unknown;
  readonly message: string;
  /** What is known of the container that failed. */
  readonly dossier?: Dossier;
  /** A step of a rolling update: it was taken back, and the update itself says what that means. */
  readonly undone?: true;
}

/** The nodes that were done, with the ids of what they made. */
export function doneNodes({
  timings,
  created,
}: Pick<ExecutionResult, 'timings' | 'created'>): readonly Done[] {
  return timings
    .filter(({ end }) => end === 'done')
    .map(({ node }) => {
      const id = created.get(node);
      return id === undefined ? { node } : { node, id };
    });
}

/** What became of a plan. */
export interface ExecutionResult {
  /** 0, or the exit code of the first failure that counts, or 130. */
  readonly exitCode: number;
  /** In the order in which they happened, those of optional nodes left out. */
  readonly failures: readonly NodeFailure[];
  /** By plan order. */
  readonly timings: readonly NodeTiming[];
  /** Ids of containers, networks and images that nodes made, by node. */
  readonly created: ReadonlyMap<NodeId, string>;
  /** True if anything on an engine was changed. */
  readonly changed: boolean;
  readonly interrupted: boolean;
  readonly milliseconds: number;
}
