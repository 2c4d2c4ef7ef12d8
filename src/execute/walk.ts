import type { NodeId, PlanNode } from '../plan/plan.ts';
import type { NodeEnd } from './result.ts';
import { isWaiting } from './waiting.ts';

export interface WalkOptions {
  /** Does the node's work; throws if it fails. */
  readonly run: (node: PlanNode) => Promise<void>;
  /** Called once for each node, also for those that never began. */
  readonly ended: (node: PlanNode, end: NodeEnd, error: unknown) => void;
  /** How many nodes may run at once; waits don't count. */
  readonly limit: number;
  /** Once aborted, no further node begins. */
  readonly signal: AbortSignal;
  /** True for an error that means "was told to end", not a failure. */
  readonly isCancellation: (error: unknown) => boolean;
  /** For tests: the order in which nodes that are ready begin. */
  readonly order?: (<T>(ready: readonly T[]) => readonly T[]) | undefined;
}

/**
 * Walks the nodes of a plan: each begins as soon as all nodes of its `after` have ended well and all of its
 * `whenEnded` have ended, as many
 * at once as the limit lets. What comes after a failed node is skipped; everything else goes on.
 * Resolves when nothing runs any more and nothing can begin.
 */
export function walk(nodes: readonly PlanNode[], options: WalkOptions): Promise<void> {
  const ends = new Map<NodeId, NodeEnd>();
  const dependents = new Map<NodeId, PlanNode[]>();
  /** Those that come after a node however it ends. */
  const followers = new Map<NodeId, PlanNode[]>();
  const missing = new Map<NodeId, number>();
  const known = new Set(nodes.map((node) => node.id));
  for (const node of nodes) {
    const before = node.after.filter((id) => known.has(id));
    const ended = (node.whenEnded ?? []).filter((id) => known.has(id));
    missing.set(node.id, before.length + ended.length);
    for (const id of ended) followers.set(id, [...(followers.get(id) ?? []), node]);
    for (const id of before) dependents.set(id, [...(dependents.get(id) ?? []), node]);
  }
  const ready: PlanNode[] = nodes.filter((node) => missing.get(node.id) === 0);
  let running = 0;
  let placesTaken = 0;

  return new Promise((resolve) => {
    const end = (node: PlanNode, how: NodeEnd, error?: unknown): void => {
      if (ends.has(node.id)) return;
      ends.set(node.id, how);
      options.ended(node, how, error);
      const passes = how === 'done' || (node.optional === true && how !== 'cancelled');
      for (const next of dependents.get(node.id) ?? []) {
        if (!passes) end(next, how === 'cancelled' ? 'cancelled' : 'skipped');
        else if (countDown(next) && !ends.has(next.id)) ready.push(next);
      }
      for (const next of followers.get(node.id) ?? []) {
        if (countDown(next) && !ends.has(next.id)) ready.push(next);
      }
    };
    const countDown = (node: PlanNode): boolean => {
      const left = missing.get(node.id)! - 1;
      missing.set(node.id, left);
      return left === 0;
    };
    const begin = (node: PlanNode): void => {
      running++;
      if (!isWaiting(node)) placesTaken++;
      options
        .run(node)
        .then(
          () => end(node, 'done'),
          (error: unknown) => end(node, options.isCancellation(error) ? 'cancelled' : 'failed', error),
        )
        .finally(() => {
          running--;
          if (!isWaiting(node)) placesTaken--;
          go();
        });
    };
    const go = (): void => {
      if (options.order !== undefined) ready.splice(0, ready.length, ...options.order(ready));
      for (let i = 0; i < ready.length && !options.signal.aborted; ) {
        const node = ready[i]!;
        if (placesTaken >= options.limit && !isWaiting(node)) i++;
        else {
          ready.splice(i, 1);
          begin(node);
        }
      }
      if (running > 0) return;
      for (const node of nodes) end(node, 'cancelled');
      resolve();
    };
    go();
  });
}
