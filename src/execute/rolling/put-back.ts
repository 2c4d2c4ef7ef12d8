import type { NodeId, PlanNode } from '../../plan/plan.ts';
import type { Replacement, Roll } from '../../plan/rolling/roll.ts';
import { planTakeBack, undoReplacement } from '../../plan/rolling/undo.ts';
import { exitOf, messageOf } from '../failure.ts';
import type { Journal } from '../record/journal.ts';
import type { NodeFailure } from '../result.ts';
import type { Run } from '../run.ts';
import { openTelling, type Telling } from '../telling.ts';
import { walk } from '../walk.ts';

export interface PutBackOptions {
  readonly run: Run;
  readonly telling: Telling;
  readonly journal: Journal | undefined;
  /** Not the first interrupt: the way back must not be cut short by what led to it. */
  readonly kill: AbortSignal;
  readonly work: (node: PlanNode, telling: Telling) => Promise<void>;
}

/** Puts back what a rolling update has done so far where it can't go on. */
export class PutBack {
  readonly #options: PutBackOptions;
  #steps: number;

  constructor(options: PutBackOptions) {
    this.#options = options;
    this.#steps = options.run.plan.nodes.length;
  }

  /** Undoes one replacement: the previous containers serve when it resolves. */
  async replacement(roll: Roll, replacement: Replacement, why: string): Promise<void> {
    const { run, telling } = this.#options;
    const { rolls, plan, created } = run;
    const failed = await this.#walk(undoReplacement(plan, replacement, rolls.done, created));
    const names = replacement.containers.map(({ replica }) => `${roll.service}/${replica}`).join(', ');
    rolls.fail(roll, replacement, why, failed.length === 0);
    if (failed.length === 0) telling.notice('info', `${names}: the previous container goes on`);
    else telling.notice('error', `${names}: the previous container could not be put back: ${failed[0]}`);
  }

  /** After an interrupt: replacements that were under way are undone. */
  async open(): Promise<void> {
    const { rolls } = this.#options.run;
    for (const roll of rolls.rolls) {
      const open = roll.replacements.filter((one) => rolls.isOpen(one));
      for (const one of open) await this.replacement(roll, one, 'interrupted');
      const { failed, replaced } = rolls.state(roll);
      if (failed + replaced === 0 && open.length === 0) continue;
      const left = roll.size - replaced;
      const text = `update of ${roll.service} was interrupted: ${replaced} of ${roll.size} containers run the new version, ${left} the previous one`;
      this.#options.telling.notice('warning', text, 'up again goes on with it');
    }
  }

  /** Takes back what was replaced, where an update asks for its rollback. @returns what to say of it instead */
  async rollBack(failures: readonly NodeFailure[]): Promise<readonly NodeFailure[]> {
    const { run, telling } = this.#options;
    const all: NodeFailure[] = [];
    for (const failure of failures) {
      const { operation } = failure.node;
      const roll = operation.kind === 'pass-gate' ? run.rolls.rollOf(operation.service) : undefined;
      if (roll === undefined || roll.policy.failureAction !== 'rollback') {
        all.push(failure);
        continue;
      }
      const replaced = roll.replacements.filter((one) => run.rolls.isDone(one));
      if (replaced.length > 0) telling.notice('info', `${roll.service}: rolling back`);
      const failed = await this.#walk(planTakeBack(run.plan, roll, replaced, run.created).nodes);
      const error = run.rolls.rolledBack(roll, failed);
      all.push({ ...failure, error, message: messageOf(error) });
    }
    return all;
  }

  /** @returns messages of what failed */
  async #walk(nodes: readonly PlanNode[]): Promise<readonly string[]> {
    const { run, journal, kill, work } = this.#options;
    const before = this.#steps;
    this.#steps += nodes.length;
    const moved = (id: NodeId) => id + before;
    const numbered = nodes.map((node) => ({
      ...node,
      id: moved(node.id),
      after: node.after.map(moved),
      ...(node.whenEnded !== undefined && { whenEnded: node.whenEnded.map(moved) }),
    }));
    const telling = openTelling(run.plan, numbered, run.options.emit);
    const messages: string[] = [];
    await walk(numbered, {
      ...{ limit: Number.POSITIVE_INFINITY, signal: kill, isCancellation: () => false },
      run: async (node) => {
        journal?.node(node, 'begin');
        telling.begins(node);
        await work(node, telling);
      },
      ended: (node, end, error) => {
        if (end === 'failed') telling.failed(node, messageOf(error), 0);
        if (end === 'failed') messages.push(messageOf(error));
        else if (end !== 'done' && messages.length === 0) messages.push('given up');
        journal?.node(node, end, end === 'failed' ? { error: messageOf(error) } : {});
      },
    });
    return messages;
  }
}

/** The exit code that failures mean; steps that were taken back don't count, their update does. */
export function exitOfAll(failures: readonly NodeFailure[]): number {
  const first = failures.find(({ undone }) => undone === undefined);
  return first === undefined ? 0 : exitOf(first.error);
}
