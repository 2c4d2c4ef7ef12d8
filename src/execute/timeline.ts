import { describe } from '../plan/describe.ts';
import type { OperationKind } from '../plan/operations.ts';
import type { NodeId, Plan, PlanNode } from '../plan/plan.ts';
import type { ExecutionResult, NodeTiming } from './result.ts';

/** One stretch of the critical path: what the end of the command was waiting for at that time. */
export interface TimelineStep {
  readonly phase: string;
  readonly text: string;
  /** Milliseconds since the program was started. */
  readonly start: number;
  readonly milliseconds: number;
  /** Of a plan's step. */
  readonly node?: NodeId;
  readonly operation?: OperationKind;
}

export interface Timeline {
  readonly milliseconds: number;
  readonly path: readonly TimelineStep[];
  /** The path's milliseconds by phase, in the order in which they first come. */
  readonly phases: readonly { readonly phase: string; readonly milliseconds: number }[];
}

/** A plan and how it went. */
export interface ExecutedRound {
  readonly plan: Pick<Plan, 'nodes'>;
  readonly result: Pick<ExecutionResult, 'timings' | 'milliseconds'>;
  /** Milliseconds for the look at the engine and for planning. */
  readonly planning: number;
}

const phases: Partial<Record<OperationKind, string>> = {
  'pull-image': 'pull',
  'push-image': 'push',
  'build-image': 'build',
  'start-container': 'start',
  'restart-container': 'start',
  'stop-container': 'stop',
  'kill-container': 'stop',
  'wait-container': 'wait',
  'monitor-container': 'wait',
  'drain-backend': 'wait',
  'probe-backend': 'wait',
  'pass-gate': 'wait',
  'run-hook': 'hook',
  'run-pre-start': 'hook',
  'run-provider': 'provider',
};

/** `create-network` belongs to `create`, `remove-volume` to `remove`. */
const phaseOf = (kind: OperationKind): string => phases[kind] ?? kind.slice(0, kind.indexOf('-'));

/** Below so many milliseconds a pause between two steps is not shown. */
const unseen = 1;

/**
 * What decided how long a command took: from its end back, always to the step that ended last of those that had
 * to end before.
 * @param loading milliseconds from the program's start to the first look at the engine
 */
export function timelineOf(rounds: readonly ExecutedRound[], loading: number): Timeline {
  const path: TimelineStep[] = [
    { phase: 'load', text: 'start, read the files', start: 0, milliseconds: loading },
  ];
  let at = loading;
  for (const { plan, result, planning } of rounds) {
    path.push({ phase: 'plan', text: 'look at the engine, plan', start: at, milliseconds: planning });
    at += planning;
    for (const step of criticalSteps(plan.nodes, result)) path.push({ ...step, start: at + step.start });
    at += result.milliseconds;
  }
  const sums = new Map<string, number>();
  for (const { phase, milliseconds } of path) sums.set(phase, (sums.get(phase) ?? 0) + milliseconds);
  return {
    milliseconds: rounded(at),
    path: path.map((step) => ({
      ...step,
      start: rounded(step.start),
      milliseconds: rounded(step.milliseconds),
    })),
    phases: [...sums].map(([phase, milliseconds]) => ({ phase, milliseconds: rounded(milliseconds) })),
  };
}

type Ran = NodeTiming & { readonly started: number; readonly ended: number };

/** With starts since the execution began; pauses in between are steps of their own. */
function criticalSteps(nodes: readonly PlanNode[], { timings, milliseconds }: ExecutedRound['result']) {
  const ran = new Map(timings.filter(isRan).map((timing) => [timing.node, timing]));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const latest = (ids: Iterable<NodeId>): Ran | undefined => {
    let found: Ran | undefined;
    for (const id of ids) {
      const timing = ran.get(id);
      if (timing !== undefined && (found === undefined || timing.ended > found.ended)) found = timing;
    }
    return found;
  };
  const steps: TimelineStep[] = [];
  const pause = (start: number, end: number, text: string): void => {
    if (end - start >= unseen) steps.unshift({ phase: 'other', text, start, milliseconds: end - start });
  };
  let until = milliseconds;
  let why = 'finish';
  for (let current = latest(ran.keys()); current !== undefined; ) {
    const { node: id, started, ended } = current;
    const node = byId.get(id);
    if (node === undefined) break;
    pause(ended, until, why);
    const { kind } = node.operation;
    const what = { text: describe(node.operation).text, node: id, operation: kind };
    steps.unshift({ phase: phaseOf(kind), ...what, start: started, milliseconds: ended - started });
    until = started;
    why = 'wait for a free place, or for the engine';
    current = latest([...node.after, ...(node.whenEnded ?? [])]);
  }
  if (steps.length > 0) pause(0, until, why);
  return steps;
}

function isRan(timing: NodeTiming): timing is Ran {
  return timing.started !== undefined && timing.ended !== undefined;
}

const rounded = (milliseconds: number): number => Math.round(milliseconds);
