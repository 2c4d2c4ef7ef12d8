import type { VolumePairs } from '../data/pair.ts';
import type { Engine } from '../engine/engine.ts';
import type { ContainerRef } from '../plan/operations.ts';
import type { NodeId, Plan, PlanNode } from '../plan/plan.ts';
import type { More, ResourceEvent } from './events.ts';
import type { ExecuteOptions } from './options.ts';
import type { RollProgress } from './rolling/progress.ts';
import type { Manifest } from './transfer/manifest.ts';
import type { ContainerWatch } from './wait/watch.ts';

/** What the nodes of one execution share. */
export interface Run {
  readonly plan: Plan;
  readonly options: ExecuteOptions;
  /** Containers, networks and images that nodes made. */
  readonly created: Map<NodeId, string>;
  /** Variables that providers set, by service. */
  readonly provided: Map<string, Readonly<Record<string, string>>>;
  /** Containers that were not waited for at stop, with the signal that their first process ignores. */
  readonly deaf: Map<string, string>;
  /** Digests of volumes that were copied, by source engine and volume. */
  readonly manifests: Map<string, Manifest>;
  readonly rolls: RollProgress;
  /** Helpers that carry data from one engine to another, by what they carry; they stay until all nodes have ended. */
  readonly carriers: Map<string, Promise<VolumePairs>>;
  watch(engine: Engine): ContainerWatch;
  /**
   * Id of an image on an engine, of the platform that is asked for or the engine's own; undefined if the engine has
   * none of that name. Asked once.
   */
  imageId(engine: Engine, reference: string, platform?: string): Promise<string | undefined>;
  /** The engine's image of that name is another one now. */
  forgetImage(engine: Engine, reference: string): void;
}

/** What one node's runner works with. */
export interface NodeContext {
  readonly run: Run;
  readonly node: PlanNode;
  readonly engine: Engine;
  /** Aborted when the work is to be given up: at once for waits and transfers of images, at the second Ctrl-C for calls. */
  readonly signal: AbortSignal;
  /** Another engine of the plan. */
  engineNamed(name: string): Engine;
  idOf(container: ContainerRef): string;
  /** Tells a change of the node's resource, or of `id`. */
  tell(status: ResourceEvent['status'], text: string, more?: More & { readonly id?: string }): void;
  notice(level: 'info' | 'warning' | 'error', message: string, hint?: string): void;
}

/** What a runner may say about its work beyond "done". */
export interface Outcome {
  /** Id of what was made. */
  readonly created?: string;
  /** False if there was nothing to change after all. */
  readonly changed?: boolean;
  /** True if the runner told the end itself. */
  readonly told?: boolean;
}
