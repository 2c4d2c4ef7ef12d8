import { exitCode, UserError } from '../../diagnostic/errors.ts';
import type { NodeId, Plan, PlanNode } from '../../plan/plan.ts';
import type { Replacement, Roll, RollState } from '../../plan/rolling/roll.ts';
import type { NodeEnd } from '../result.ts';

/** Where the rolling updates of one execution stand. */
export class RollProgress {
  readonly #plan: Plan;
  readonly #ends = new Map<NodeId, NodeEnd>();
  /** Replacements that failed, and whether the previous containers are back. */
  readonly #failed = new Map<Replacement, boolean>();
  readonly #first = new Map<Roll, string>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  ended(node: PlanNode, end: NodeEnd): void {
    this.#ends.set(node.id, end);
  }

  get rolls(): readonly Roll[] {
    return this.#plan.rolls ?? [];
  }

  rollOf(service: string): Roll | undefined {
    return this.rolls.find((roll) => roll.service === service);
  }

  /** The replacement that a node is a step of. */
  find(node: NodeId): { readonly roll: Roll; readonly replacement: Replacement } | undefined {
    for (const roll of this.rolls) {
      const replacement = roll.replacements.find(({ steps }) => steps.includes(node));
      if (replacement !== undefined) return { roll, replacement };
    }
    return undefined;
  }

  get done(): ReadonlySet<NodeId> {
    return new Set([...this.#ends].flatMap(([node, end]) => (end === 'done' ? [node] : [])));
  }

  isDone({ steps }: Replacement): boolean {
    return steps.every((id) => this.#ends.get(id) === 'done');
  }

  /** True if something of it was done, but not all. */
  isOpen(replacement: Replacement): boolean {
    if (this.#failed.has(replacement) || this.isDone(replacement)) return false;
    return replacement.steps.some((id) => ['done', 'cancelled'].includes(this.#ends.get(id) ?? 'skipped'));
  }

  fail(roll: Roll, replacement: Replacement, why: string, back: boolean): void {
    this.#failed.set(replacement, back);
    if (!this.#first.has(roll)) this.#first.set(roll, why);
  }

  state(roll: Roll): RollState {
    const sizes = (which: (one: Replacement) => boolean) =>
      roll.replacements
        .filter(which)
        .reduce((sum, { containers }) => sum + Math.max(1, containers.length), 0);
    return {
      failed: sizes((one) => this.#failed.has(one)),
      replaced: sizes((one) => this.isDone(one)),
    };
  }

  /** What to say after a rollback. */
  rolledBack(roll: Roll, failed: readonly string[]): UserError {
    const why = this.#first.get(roll) ?? 'no reason known';
    const lost = roll.replacements.some((one) => this.#failed.get(one) === false);
    if (failed.length === 0 && !lost) {
      return new UserError(
        'update-rolled-back',
        `update of ${roll.service} was rolled back: all its ${roll.size === 1 ? 'containers run' : `${roll.size} containers run`} the previous version (${why})`,
        { exit: exitCode.rolledBack, hint: 'mend what failed, and bring it up again' },
      );
    }
    return new UserError(
      'rollback-failed',
      `update of ${roll.service} failed (${why}), and so did its rollback: ${failed[0] ?? 'a container could not be put back'}`,
      {
        hint: `see \`tscompose ps -a ${roll.service}\`; \`tscompose rollback\` brings the revision before back`,
      },
    );
  }

  /** What state a service is in after an update that did not go through. */
  error(roll: Roll, what: string): UserError {
    const { failed, replaced } = this.state(roll);
    const lost = roll.replacements.filter((one) => this.#failed.get(one) === false);
    const before = roll.size - replaced - lost.length;
    const parts = [
      `${failed} of ${roll.size} new containers failed (${this.#first.get(roll) ?? 'no reason known'})`,
      ...(replaced > 0 ? [`${replaced} run the new version`] : []),
      ...(before > 0 ? [`${before === roll.size ? 'all' : before} run the previous one`] : []),
      ...(lost.length > 0 ? [`${lost.length} could not be put back`] : []),
    ];
    return new UserError('update-failed', `update of ${roll.service} ${what}: ${parts.join('; ')}`, {
      exit: lost.length > 0 ? exitCode.error : exitCode.rolledBack,
      hint: 'mend what failed, and bring it up again',
    });
  }
}
