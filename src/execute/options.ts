import type { Readable } from 'node:stream';
import type { Engine } from '../engine/engine.ts';
import type { StringMap } from '../model/scalars.ts';
import type { Emit } from './events.ts';
import type { Journal } from './record/journal.ts';

export interface ExecuteOptions {
  /** By the names that the plan's nodes use. */
  readonly engines: ReadonlyMap<string, Engine>;
  readonly emit: Emit;
  /** Aborted: nothing new begins, waits end, calls under way are awaited. */
  readonly signal: AbortSignal;
  /** Aborted: calls under way are given up too. */
  readonly kill?: AbortSignal;
  /** How many nodes may work at once; absent or not positive: no limit. */
  readonly parallel?: number;
  readonly journal?: Journal;
  /** `eager` (default): a service that starts is asked by its own check; `engine`: only the engine's word counts. */
  readonly health?: 'eager' | 'engine';
  /** Milliseconds that an engine which is lost while something waits may take to come back. Default 10 s. */
  readonly patience?: number;
  /** `always`: also wait for containers whose first process ignores the stop signal. Default `smart`. */
  readonly grace?: 'smart' | 'always';
  /** Variables for providers, hooks without a value and build arguments without one. */
  readonly environment?: StringMap;
  /** Folder that relative paths of builds and programs start from. */
  readonly workingDir?: string;
  /** Canonical JSON of a service in one line, for providers that ask for it. */
  readonly serviceConfig?: (service: string) => string | undefined;
  /** Value of the registry's auth header for an image, if there is one. */
  readonly registryAuth?: (reference: string) => Promise<string | undefined>;
  /** How often a transfer with a registry is tried again after a disturbance. Default 3. */
  readonly transferRetries?: number;
  /** Seconds that the registry of an image asks to wait, after it has refused to serve for now. */
  readonly registryPause?: (reference: string) => Promise<number | undefined>;
  /** Awaited before a service's container is started. */
  readonly beforeStart?: (container: string, service: string) => Promise<void>;
  /** Called when an image has been pulled to an engine. */
  readonly onPulled?: (engine: Engine, image: string) => void;
  /**
   * Called before a build or a pull may give a name to another image.
   * @returns is called when that is over, however it ended
   */
  readonly replacing?: (engine: Engine, reference: string) => Promise<() => Promise<void>>;
  /** Value of the build's registry header: all known credentials. */
  readonly registryConfig?: () => Promise<string | undefined>;
  /** What builds need to know of the program and its user. */
  readonly build?: BuildSettings;
  /** Output of builds and hooks; absent: dropped, but kept for errors. */
  readonly output?: (source: OutputSource, text: string) => void;
  /** For tests: the order in which nodes that are ready begin. */
  readonly order?: <T>(ready: readonly T[]) => readonly T[];
}

export interface OutputSource {
  readonly kind: 'build' | 'hook';
  readonly service: string;
  readonly stream: 'stdout' | 'stderr';
  /** Name of the container that a hook runs in. */
  readonly container?: string;
}

export interface BuildSettings {
  /** For the label of images. */
  readonly toolVersion?: string;
  /** Where the program was started: paths of keys may start there. */
  readonly folder?: string;
  /** For `context: -`. */
  readonly stdin?: Readable;
  /** Proxies that the user's Docker configuration names for an engine, as variables. */
  readonly proxies?: (address: string) => Readonly<Record<string, string>>;
}
