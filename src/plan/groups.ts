import type { Plan, PlanNode, Subject } from './plan.ts';

/** The steps about one thing, in the order of the plan. */
export interface PlanGroup {
  readonly title: string;
  readonly engine: string;
  readonly subject: Subject;
  readonly nodes: readonly PlanNode[];
  /** What becomes of it on the whole. */
  readonly effect: Effect;
}

export type Effect = 'create' | 'update' | 'replace' | 'remove' | 'start' | 'stop' | 'restart' | 'act';

function subjectTitle({ kind, name, replica }: Subject): string {
  if (kind !== 'service') return `${kind} ${name}`;
  return replica === undefined ? name : `${name}/${replica}`;
}

/** Groups by subject (a replica of a service, a network, …) and engine, as they first appear. */
export function planGroups(plan: Plan): readonly PlanGroup[] {
  const groups = new Map<string, PlanNode[]>();
  for (const node of plan.nodes) {
    const key = `${node.engine} ${subjectTitle(node.subject)}`;
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return [...groups.values()].map((nodes) => {
    const { subject, engine } = nodes[0]!;
    return { title: subjectTitle(subject), engine, subject, nodes, effect: effectOf(nodes) };
  });
}

function effectOf(nodes: readonly PlanNode[]): Effect {
  const kinds = new Set(nodes.map((n) => n.operation.kind));
  const provided = nodes.map(({ operation: op }) => op.kind === 'run-provider' && op.action);
  const has = (...names: readonly PlanNode['operation']['kind'][]) => names.some((n) => kinds.has(n));
  const creates = has(
    'create-container',
    'create-network',
    'create-volume',
    'pull-image',
    'build-image',
    'copy-image',
  );
  const removes = has(
    'remove-container',
    'remove-network',
    'remove-volume',
    'remove-image',
    'remove-snapshots',
  );
  if (creates) return removes ? 'replace' : 'create';
  if (removes || provided.includes('down')) return 'remove';
  if (has('update-container', 'connect-network', 'rename-container') && !has('stop-container'))
    return 'update';
  if (has('restart-container') || (has('stop-container') && has('start-container'))) return 'restart';
  if (has('stop-container', 'kill-container', 'pause-container') || provided.includes('stop')) return 'stop';
  return has('start-container', 'unpause-container', 'run-provider') ? 'start' : 'act';
}

export const effectSigns: Readonly<Record<Effect, string>> = {
  create: '+',
  update: '~',
  replace: '-/+',
  remove: '-',
  start: '>',
  stop: '-',
  restart: '~',
  act: '=',
};
