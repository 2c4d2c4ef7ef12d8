import type { Operation } from './operations.ts';
import type {
  DataLoss,
  FieldChange,
  NodeId,
  Plan,
  PlanNode,
  PlanRefusal,
  PlanWarning,
  Question,
  Subject,
} from './plan.ts';
import type { Roll } from './rolling/roll.ts';

type Draft = {
  readonly after?: readonly (NodeId | undefined)[];
  readonly whenEnded?: readonly NodeId[];
  readonly subject: Subject;
  readonly because: string;
  readonly changes?: readonly FieldChange[];
  readonly optional?: boolean;
  readonly dataLoss?: readonly DataLoss[];
  readonly keeps?: readonly DataLoss[];
  /** Another engine than the plan's own. */
  readonly engine?: string;
};

/** Collects a plan. A node can only come after nodes that are there already, so there is never a cycle. */
export class PlanBuilder {
  readonly #engine: string;
  readonly #nodes: PlanNode[] = [];
  readonly #unchanged: Plan['unchanged'][number][] = [];
  readonly #skipped: NonNullable<Plan['skipped']>[number][] = [];
  readonly #warnings: PlanWarning[] = [];
  readonly #questions: Question[] = [];
  readonly #refusals: PlanRefusal[] = [];
  readonly #rolls: Roll[] = [];

  constructor(engine: string) {
    this.#engine = engine;
  }

  add(operation: Operation, draft: Draft): NodeId {
    const { after = [], engine = this.#engine, subject, because } = draft;
    const { whenEnded = [], changes, optional, dataLoss, keeps } = draft;
    const before = [...new Set(after.filter((id) => id !== undefined))].sort((a, b) => a - b);
    const id = this.#nodes.length + 1;
    this.#nodes.push({
      id,
      after: before,
      engine,
      subject,
      operation,
      because,
      ...(whenEnded.length > 0 && { whenEnded }),
      ...(changes !== undefined && changes.length > 0 && { changes }),
      ...(optional && { optional }),
      ...(dataLoss !== undefined && dataLoss.length > 0 && { dataLoss }),
      ...(keeps !== undefined && keeps.length > 0 && { keeps }),
    });
    return id;
  }

  node(id: NodeId): PlanNode {
    return this.#nodes[id - 1]!;
  }

  get ids(): readonly NodeId[] {
    return this.#nodes.map((node) => node.id);
  }

  unchanged(entry: Omit<Plan['unchanged'][number], 'engine'>): void {
    this.#unchanged.push({ engine: this.#engine, ...entry });
  }

  /** @param id as progress names it: a service, or `Image X` */
  skip(id: string, details?: string): void {
    this.#skipped.push({ id, ...(details !== undefined && { details }) });
  }

  roll(roll: Roll): void {
    this.#rolls.push(roll);
  }

  warn(code: string, message: string, hint?: string): void {
    if (this.#warnings.some((one) => one.code === code && one.message === message)) return;
    this.#warnings.push({ code, message, ...(hint !== undefined && { hint }) });
  }

  ask(question: Question): void {
    this.#questions.push(question);
  }

  refuse(code: string, message: string, exit: number, hint?: string): void {
    this.#refusals.push({ code, message, exit, ...(hint !== undefined && { hint }) });
  }

  get isRefused(): boolean {
    return this.#refusals.length > 0;
  }

  build(command: string, project: string, more: Partial<Plan> = {}): Plan {
    return {
      command,
      project,
      nodes: this.#nodes,
      unchanged: this.#unchanged,
      ...(this.#skipped.length > 0 && { skipped: this.#skipped }),
      ...(this.#rolls.length > 0 && { rolls: this.#rolls }),
      warnings: this.#warnings,
      questions: this.#questions,
      refusals: this.#refusals,
      ...more,
    };
  }
}
