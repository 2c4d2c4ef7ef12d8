import type { Service } from '../model/service.ts';
import type { MoveFacts } from '../observe/move.ts';
import type { SyncChoices } from './operations.ts';

/** What the user asked for, as data. One member per changing command. Absent options mean the default. */
export type Intent =
  | UpIntent
  | DownIntent
  | {
      readonly command: 'start';
      readonly services: readonly string[];
      readonly wait?: boolean;
      readonly waitTimeoutMs?: number;
    }
  | { readonly command: 'stop'; readonly services: readonly string[]; readonly timeout?: number }
  | {
      readonly command: 'restart';
      readonly services: readonly string[];
      readonly timeout?: number;
      readonly noDeps?: boolean;
    }
  | {
      readonly command: 'kill';
      readonly services: readonly string[];
      readonly signal: string;
      readonly removeOrphans?: boolean;
    }
  | { readonly command: 'pause' | 'unpause'; readonly services: readonly string[] }
  | {
      readonly command: 'rm';
      readonly services: readonly string[];
      readonly stop?: boolean;
      readonly volumes?: boolean;
    }
  | {
      readonly command: 'pull';
      readonly services: readonly string[];
      readonly policy?: string;
      readonly includeDeps?: boolean;
      readonly ignoreBuildable?: boolean;
      /** What can't be pulled is told and is no failure. */
      readonly ignoreFailures?: boolean;
    }
  | {
      readonly command: 'push';
      readonly services: readonly string[];
      readonly includeDeps?: boolean;
      readonly ignoreFailures?: boolean;
    }
  | {
      readonly command: 'build';
      readonly services: readonly string[];
      readonly noCache?: boolean;
      readonly pull?: boolean;
      readonly withDependencies?: boolean;
      readonly push?: boolean;
      /** Bytes that a build step may use. */
      readonly memory?: number;
      readonly compatibility?: boolean;
    }
  | RunIntent
  | SnapshotIntent
  | RestoreIntent
  | MigrateIntent;

export interface UpIntent {
  readonly command: 'up' | 'create' | 'scale';
  /** Named services; empty: all. */
  readonly services: readonly string[];
  /** False for `create` and `up --no-start`. */
  readonly start: boolean;
  readonly noDeps?: boolean;
  readonly forceRecreate?: boolean;
  readonly noRecreate?: boolean;
  readonly alwaysRecreateDeps?: boolean;
  readonly renewAnonVolumes?: boolean;
  readonly removeOrphans?: boolean;
  readonly forceForeign?: boolean;
  readonly ignoreOrphans?: boolean;
  /** Volumes that have changed are made anew without their content, which a snapshot keeps. */
  readonly recreateVolumes?: boolean;
  /** Seconds that snapshots are kept; 0: none are taken. Absent: as the files say. */
  readonly keepSeconds?: number;
  readonly build?: boolean;
  readonly noBuild?: boolean;
  /** `--pull`: always, missing, never, build, prefer-local, … overrides `pull_policy`. */
  readonly pull?: string;
  readonly scale?: Readonly<Record<string, number>>;
  readonly timeout?: number;
  readonly wait?: boolean;
  readonly waitTimeoutMs?: number;
  /** Images were pulled and built by an earlier plan of the same command. */
  readonly imagesReady?: boolean;
  /** `update`: every service is replaced in turn, and put back if that fails, unless its `update_config` says otherwise. */
  readonly inTurn?: boolean;
  /** Ids or other names of images to use whatever their names mean now, by service. */
  readonly pinned?: Readonly<Record<string, string>>;
  /** Refuse what would close a published port for a moment to give it to a forwarder. */
  readonly noGap?: boolean;
  readonly compatibility?: boolean;
  /** Networks and volumes that no selected service uses are made too. */
  readonly allResources?: boolean;
  /** What is replaced stays, stopped, until all that is new has started: a failure can be undone. */
  readonly atomic?: boolean;
  /** Answers to the plan's questions, by their id. */
  readonly answers?: Readonly<Record<string, boolean>>;
  /** Ids of containers that the engine can't start any more. */
  readonly unstartable?: readonly string[];
}

export interface DownIntent {
  readonly command: 'down';
  readonly services: readonly string[];
  readonly volumes?: boolean;
  readonly removeOrphans?: boolean;
  readonly forceForeign?: boolean;
  readonly rmi?: 'all' | 'local';
  readonly timeout?: number;
  /** Seconds that snapshots of removed volumes are kept; 0: none are taken. Absent: as the files say. */
  readonly keepSeconds?: number;
  /** Volumes that are protected though no compose file at hand says so, by name. */
  readonly protectedVolumes?: readonly string[];
  /** Answers to the plan's questions, by their id. */
  readonly answers?: Readonly<Record<string, boolean>>;
}

export interface SnapshotIntent {
  readonly command: 'volume snapshot';
  /** By key or name; empty: all of the project. */
  readonly volumes: readonly string[];
  /** What uses them is stopped for the time of the copy, not paused. */
  readonly stop?: boolean;
  readonly timeout?: number;
  readonly keepSeconds?: number;
}

export interface RestoreIntent {
  readonly command: 'volume restore' | 'volume undo';
  /** Ids of snapshots, or volumes by key or name. */
  readonly words: readonly string[];
  /** What is there is overwritten, and kept as a snapshot. */
  readonly force?: boolean;
  readonly keepSeconds?: number;
  readonly protectedVolumes?: readonly string[];
}

export interface MigrateIntent {
  readonly command: 'migrate';
  /** Names all that the move makes. */
  readonly id?: string;
  /** Live passes by the helper; absent: one copy through the engines, after the stop. */
  readonly how?: SyncChoices;
  /** It was begun before, from here: what has its id on the target is its own. */
  readonly begun?: boolean;
  /** A move that was interrupted goes on; `proved`: its data had arrived, the target may have started. */
  readonly resume?: { readonly proved: boolean };
  /** Named services move alone, though others that stay are tied to them. */
  readonly allowSplit?: boolean;
  /** Folders of the host that services mount: they move too, are told, or keep the move from happening. */
  readonly binds?: 'copy' | 'skip' | 'error';
  /** What the target's engine can, and what else lives on both. */
  readonly facts?: MoveFacts;
  /** Named services move with what they depend on and what depends on them; empty: all. */
  readonly services: readonly string[];
  readonly timeout?: number;
  readonly compatibility?: boolean;
  readonly waitTimeoutMs?: number;
}

export interface RunIntent {
  readonly command: 'run';
  readonly service: string;
  /** The service as the one-off container shall have it: command line applied. */
  readonly wanted: Service;
  /** 64 random hex digits that name the container. */
  readonly slug: string;
  /** `--name`. */
  readonly name?: string;
  /** `--use-aliases`: it is reached by the service's name too. */
  readonly useAliases?: boolean;
  /** False: the container is only created; who attaches starts it. */
  readonly start: boolean;
  /** The engine removes the container when it has ended. */
  readonly autoRemove?: boolean;
  readonly noDeps?: boolean;
  readonly build?: boolean;
  readonly pull?: string;
  readonly removeOrphans?: boolean;
  readonly ignoreOrphans?: boolean;
  readonly forceForeign?: boolean;
  readonly imagesReady?: boolean;
  readonly compatibility?: boolean;
}
