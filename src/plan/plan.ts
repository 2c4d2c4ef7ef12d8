import type { Operation } from './operations.ts';
import type { Roll } from './rolling/roll.ts';

export type NodeId = number;

/** One attribute that differs: path in the service, and both values as text for people. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What a node is about, for grouping and for people. */
export interface Subject {
  readonly kind: 'service' | 'network' | 'volume' | 'image' | 'project';
  /** Service, network or volume key; image reference. */
  readonly name: string;
  readonly replica?: number;
}

/** One step of a plan. It runs when all nodes of `after` are done, and all of `whenEnded` have ended. */
export interface PlanNode {
  readonly id: NodeId;
  readonly after: readonly NodeId[];
  /** Nodes that it comes after however they end; what was undone because of them is undone by then. */
  readonly whenEnded?: readonly NodeId[];
  /** Name of the engine that it runs on. */
  readonly engine: string;
  readonly subject: Subject;
  readonly operation: Operation;
  /** Why this step is there, in words: `not found`, `environment changed`. */
  readonly because: string;
  readonly changes?: readonly FieldChange[];
  /** True if a failure of this node must not stop the others (a dependency with `required: false`). */
  readonly optional?: boolean;
  /** Data that is gone for good after this step. */
  readonly dataLoss?: readonly DataLoss[];
  /** Data that this step keeps, with its size. */
  readonly keeps?: readonly DataLoss[];
}

/** `bytes` is absent if nobody knows. */
export interface DataLoss {
  readonly volume: string;
  readonly bytes?: number;
}

export interface PlanWarning {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Something only the user can decide; the CLI asks and plans again with the answer. */
export interface Question {
  readonly id: string;
  readonly text: string;
  /** The answer when nobody can be asked, and that of an empty line. */
  readonly fallback: boolean;
  /** The answer when nobody can be asked, where it is another one. */
  readonly unanswered?: boolean;
}

/** A refusal known before anything is touched. */
export interface PlanRefusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** 3, or 5 if data would be destroyed. */
  readonly exit: number;
}

type Given = Readonly<Record<string, string | boolean | number | readonly string[]>>;

/** A command line as values by the long names of its options. */
export interface PlannedRequest {
  readonly options: Given;
  /** Options that say which project and which engine are meant. */
  readonly global: Given;
  readonly args: readonly string[];
}

/**
 * A plan: a value, made by pure functions from (project, observed, intent). Nodes are in an order in which
 * they could run one by one. Nothing to do: no nodes.
 */
export interface Plan {
  readonly command: string;
  readonly project: string;
  readonly nodes: readonly PlanNode[];
  /** Containers that are as wanted: reported as `Running`, and as `Healthy` if `--wait` asks for what they are already. */
  readonly unchanged: readonly {
    readonly engine: string;
    readonly service: string;
    readonly container: string;
    readonly state: string;
    readonly awaited?: true;
  }[];
  /** What is left alone, as its progress line says it: service or `Image X`, and why. */
  readonly skipped?: readonly { readonly id: string; readonly details?: string }[];
  /** Updates that replace containers step by step, and what is done if that fails. */
  readonly rolls?: readonly Roll[];
  readonly warnings: readonly PlanWarning[];
  readonly questions: readonly Question[];
  readonly refusals: readonly PlanRefusal[];
  /**
   * True if what follows depends on images that these nodes pull or build: execute, observe and plan again
   * with `imagesReady`.
   */
  readonly replan?: boolean;
  /** With `--atomic`, from this step on nothing is undone: all that is wanted runs, and what it replaces goes. */
  readonly settledFrom?: NodeId;
  /** With `replan`: what would follow if the images turned out to be those that are there now. */
  readonly forecast?: Plan;
  /** Digest of the project and the observed state that the plan was made from. */
  readonly fingerprint?: string;
  /** The command line that it was made for, so that it can be made again. */
  readonly request?: PlannedRequest;
}
