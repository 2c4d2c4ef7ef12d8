import type { Project } from '../model/project.ts';
import type { Observed, ObservedContainer } from '../observe/observed.ts';
import type { PlanBuilder } from './builder.ts';
import type { UpIntent } from './intent.ts';
import type { Materials } from './materials.ts';
import type { StopOrder } from './order.ts';
import type { FieldChange, NodeId } from './plan.ts';
import type { Forwarding } from './rolling/forwarding.ts';

/** One wanted container of a service, and what becomes of the present one. */
export interface Slot {
  readonly service: string;
  readonly number: number;
  readonly name: string;
  readonly action: 'keep' | 'create' | 'recreate';
  readonly present: ObservedContainer | undefined;
  readonly because: string;
  readonly changes: readonly FieldChange[];
  /** An update in place, for what needs no new container. */
  readonly update?: NonNullable<ReturnType<Materials['compare']>>['update'];
}

export interface ServiceDecision {
  readonly slots: readonly Slot[];
  /** Containers that go: scaled down, outdated, double. */
  readonly surplus: readonly { readonly container: ObservedContainer; readonly because: string }[];
}

/** What the steps of one `up` share. Node ids are remembered by what they are about, so that each exists once. */
export interface UpContext {
  readonly project: Project;
  readonly observed: Observed;
  readonly intent: UpIntent;
  readonly materials: Materials;
  readonly builder: PlanBuilder;
  /** Dependencies first. */
  readonly selected: readonly string[];
  readonly decisions: ReadonlyMap<string, ServiceDecision>;
  /** Keys of networks and volumes that exist but have to be made anew. */
  readonly changedNetworks: ReadonlySet<string>;
  readonly changedVolumes: ReadonlySet<string>;
  /** Ids of present containers that will be stopped. */
  readonly stopping: ReadonlySet<string>;
  /** Ids of the present containers that it removes. */
  readonly removing: ReadonlySet<string>;
  readonly order: StopOrder;
  /** Services whose ports a forwarder holds. */
  readonly forwardings: ReadonlyMap<string, Forwarding>;
  /** Nodes that every start comes after. */
  readonly startAfter?: readonly NodeId[];
  /** Nodes that every creation comes after. */
  readonly createAfter?: readonly NodeId[];
  /** Containers whose anonymous volumes go over to new ones, by slot. */
  readonly inheritFrom?: (slot: Slot) => ObservedContainer | undefined;
  /** With `atomic`: the nodes after which what was replaced may go. */
  barrier?: readonly NodeId[];
  readonly memo: Map<string, readonly NodeId[]>;
}

/** The nodes for `key`, made at the first call. */
export function once(context: UpContext, key: string, make: () => readonly NodeId[]): readonly NodeId[] {
  const known = context.memo.get(key);
  if (known !== undefined) return known;
  const made = make();
  context.memo.set(key, made);
  return made;
}

export function slotsOf(context: UpContext, service: string): readonly Slot[] {
  return context.decisions.get(service)?.slots ?? [];
}
