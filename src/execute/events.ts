import type { Dossier } from './dossier.ts';
import type { Timeline } from './timeline.ts';

/**
 * What the executor tells while it works. The same values feed every progress view and are, with
 * `--progress json`, the lines of schemas/events.json.
 */
export type ExecutionEvent = ResourceEvent | SummaryEvent | NoticeEvent | TimelineEvent;

/** A change of one resource. `id`, `status` and `text` are the reference's words. */
export interface ResourceEvent {
  readonly type: 'resource';
  /** Milliseconds since 1970. */
  readonly time: number;
  /** `Container shop-db-1`, `Network shop_default`, `Volume shop_data`, `Image redis`. */
  readonly id: string;
  readonly parentId?: string;
  readonly status: 'Working' | 'Done' | 'Warning' | 'Error';
  /** `Creating`, `Created`, `Waiting`, `Healthy`, … */
  readonly text: string;
  readonly details?: string;
  readonly current?: number;
  readonly total?: number;
  readonly percent?: number;
  readonly operation?: string;
  readonly node?: number;
  readonly engine?: string;
  readonly service?: string;
  /** Since the operation began. */
  readonly milliseconds?: number;
  /** Why the plan has this step. */
  readonly cause?: string;
  /** Of a sync: how many files were sent, and how many paths were removed. */
  readonly files?: number;
  readonly removed?: number;
  /** Of a wait: what it waits for. */
  readonly until?: 'running' | 'healthy' | 'completed' | 'ready';
  /** Of a wait: the resources that go on when it is over, such as `Container shop-web-1`. */
  readonly neededBy?: readonly string[];
  /** Of a wait: how many runs of the health check failed in a row, and at how many it is given up. */
  readonly probes?: { readonly failed: number; readonly of: number };
}

/** What may be told with a change beyond its words. */
export type More = Pick<
  ResourceEvent,
  'details' | 'current' | 'total' | 'percent' | 'parentId' | 'milliseconds' | 'probes'
>;

/** A message for people that belongs to no resource. */
export interface NoticeEvent {
  readonly type: 'notice';
  readonly time: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly hint?: string;
  /** Stable, for what `explain` knows. */
  readonly code?: string;
  /** Where in the files it is. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
  /** What is known of the container that failed. */
  readonly dossier?: Dossier;
}

export interface SummaryEvent {
  readonly type: 'summary';
  readonly time: number;
  readonly changed: boolean;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly milliseconds: number;
  readonly exitCode: number;
}

/** What decided how long it took; at the end, if asked for. In JSON it is part of the summary. */
export interface TimelineEvent {
  readonly type: 'timeline';
  readonly time: number;
  readonly timeline: Timeline;
}

export type Emit = (event: ExecutionEvent) => void;
