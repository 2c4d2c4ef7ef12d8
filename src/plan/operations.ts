import type { ContainerBody, EndpointBody, NetworkBody, VolumeBody } from '../model/bodies.ts';
import type { StringMap } from '../model/scalars.ts';
import type { Build, Hook } from '../model/service.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { NodeId } from './plan.ts';

/** A container known now, or one that an earlier node of the plan makes. */
export type ContainerRef =
  | { readonly id: string; readonly name: string }
  | { readonly createdBy: NodeId; readonly name: string };

/** Content that is put into a container before it starts. Either from the model, or a file of this machine. */
export interface PlannedFile {
  readonly target: string;
  readonly source:
    | { readonly content: string; readonly encoding?: 'utf8' | 'base64' }
    | { readonly path: string };
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Shown in place of content. */
  readonly secret: boolean;
}

/** A secret of a build, and where its content is. A value never is in a plan, but for what the file itself says. */
export interface BuildSecret {
  readonly id: string;
  readonly from:
    | { readonly file: string }
    | { readonly environment: string }
    | { readonly content: string }
    | { readonly nothing: 'external' | 'undefined' };
}

/** What a forwarder holds, and how. */
export interface ForwardPorts {
  readonly ports: readonly {
    readonly port: number;
    readonly protocol: 'tcp' | 'udp';
    /** `tcp`: connections are never moved, whatever they speak. */
    readonly mode?: 'tcp';
    /** Version of the PROXY protocol that tells backends the client's address. */
    readonly proxy?: 1;
  }[];
  /** Milliseconds that a new connection waits for a backend. */
  readonly hold: number;
}

/** New connections, those that nobody else takes, none; `gone`: not in the table. */
export type BackendUse = 'all' | 'spare' | 'none' | 'gone';

export interface BackendChange {
  readonly container: ContainerRef;
  readonly use: BackendUse;
  readonly was: BackendUse;
}

/** Stands in a body for the image of our own helper. */
export const helperImage = '{helper}';

/**
 * Everything that tscompose does to an engine. `execute/operations.ts` holds one runner for each kind,
 * `plan/format.ts` one text, `test/support/simulate.ts` one effect: the compiler asks for all three.
 */
export type Operation =
  | { readonly kind: 'create-network'; readonly body: NetworkBody }
  | {
      readonly kind: 'remove-network';
      readonly id: string;
      readonly name: string;
      /** What it was made from, as far as the engine tells: makes it again if the plan is undone. */
      readonly body?: NetworkBody;
    }
  | {
      readonly kind: 'connect-network';
      readonly network: string;
      readonly container: ContainerRef;
      readonly endpoint: EndpointBody;
    }
  | {
      readonly kind: 'disconnect-network';
      readonly network: string;
      readonly container: ContainerRef;
      /** How it was attached, for the way back. */
      readonly endpoint?: EndpointBody;
    }
  | { readonly kind: 'create-volume'; readonly body: VolumeBody }
  | { readonly kind: 'remove-volume'; readonly name: string }
  | {
      readonly kind: 'pull-image';
      readonly image: string;
      readonly platform?: string;
      readonly ifMissing: boolean /** A failure is a warning: the image is built next. */;
      readonly fallbackToBuild?: boolean;
      /** A failure is a warning if the engine has an image of that name. */
      readonly fallbackToLocal?: boolean;
    }
  | { readonly kind: 'push-image'; readonly image: string; readonly service: string }
  | {
      readonly kind: 'build-image';
      /** Only if the engine has no such image when the node runs (a pull before it may have brought it). */
      readonly ifMissing?: boolean;
      readonly image: string;
      readonly service: string;
      /** Contexts that are services are images here, and `platforms` those that are to be built. */
      readonly build: Build;
      readonly noCache?: boolean;
      readonly pull?: boolean;
      readonly secrets?: readonly BuildSecret[];
      /** Bytes that a step may use. */
      readonly memory?: number;
      /** What to take for images that the Dockerfile names, by reference. */
      readonly lockedImages?: StringMap;
    }
  | {
      readonly kind: 'copy-image';
      readonly image: string;
      readonly from: string;
      /** On the same engine: another name for it. */
      readonly as?: string;
    }
  /** With `force` an id goes with all its names. */
  | { readonly kind: 'remove-image'; readonly image: string; readonly force?: boolean }
  | {
      readonly kind: 'create-container';
      readonly name: string;
      /** Complete but for the image id label, which is known only when the image is there. */
      readonly body: ContainerBody;
      /** Networks beyond those of the body, connected before start (engines below API 1.44 take one in the body). */
      readonly connect: readonly { readonly network: string; readonly endpoint: EndpointBody }[];
      readonly files: readonly PlannedFile[];
      readonly platform?: string;
      /** What the config-hash is the digest of, if `containerPlaceholder`s in it have to be filled in before. */
      readonly hashed?: string;
      /** For a forwarder, whose image is our helper: the ports that it holds from its start on. */
      readonly forward?: ForwardPorts;
    }
  | {
      /** Again, for a container that has not started yet: its creation may have been cut short. */
      readonly kind: 'copy-files';
      readonly container: ContainerRef;
      readonly files: readonly PlannedFile[];
    }
  | { readonly kind: 'start-container'; readonly container: ContainerRef }
  | {
      readonly kind: 'stop-container';
      readonly container: ContainerRef /** Seconds; undefined: the container's own. */;
      readonly timeout?: number;
      readonly signal?: string;
    }
  | { readonly kind: 'kill-container'; readonly container: ContainerRef; readonly signal: string }
  | { readonly kind: 'restart-container'; readonly container: ContainerRef; readonly timeout?: number }
  | { readonly kind: 'pause-container'; readonly container: ContainerRef }
  | { readonly kind: 'unpause-container'; readonly container: ContainerRef }
  | { readonly kind: 'rename-container'; readonly container: ContainerRef; readonly to: string }
  | {
      readonly kind: 'update-container';
      readonly container: ContainerRef;
      readonly restartPolicy?: string;
      readonly resources?: Partial<ContainerBody['HostConfig']>;
    }
  | {
      readonly kind: 'remove-container';
      readonly container: ContainerRef;
      readonly force: boolean;
      readonly volumes: boolean;
    }
  | {
      readonly kind: 'wait-container';
      readonly container: ContainerRef;
      readonly until:
        | 'running'
        | 'healthy'
        | 'completed'
        | /** `--wait`: running, healthy if it has a check; a clean end counts too. */ 'ready';
      readonly timeoutMs?: number;
    }
  | {
      readonly kind: 'set-forward';
      readonly forwarder: ContainerRef;
      readonly ports: ForwardPorts;
      readonly changes: readonly BackendChange[];
      /** Backends beyond those of `changes` go. */
      readonly exact?: boolean;
    }
  | {
      readonly kind: 'drain-backend';
      readonly forwarder: ContainerRef;
      readonly container: ContainerRef;
      /** Connections that are left after so long are cut when the container stops. */
      readonly timeoutMs: number;
    }
  | {
      readonly kind: 'probe-backend';
      readonly forwarder: ContainerRef;
      readonly container: ContainerRef;
      readonly timeoutMs: number;
    }
  | {
      readonly kind: 'monitor-container';
      readonly container: ContainerRef;
      /** For so long it must run, and not get unhealthy. */
      readonly milliseconds: number;
    }
  | {
      readonly kind: 'pass-gate';
      /** The rolling update that goes on here, or not. */
      readonly service: string;
      /** How many of its containers had their turn. */
      readonly replaced: number;
      readonly of: number;
      /** To wait before it goes on. */
      readonly delayMs?: number;
    }
  | {
      readonly kind: 'run-hook';
      readonly phase: 'post_start' | 'pre_stop';
      readonly container: ContainerRef;
      readonly hook: Hook;
      readonly index: number;
    }
  | {
      readonly kind: 'run-pre-start';
      readonly service: string;
      readonly index: number;
      readonly body: ContainerBody;
      readonly connect: readonly { readonly network: string; readonly endpoint: EndpointBody }[];
    }
  | {
      readonly kind: 'run-provider';
      readonly service: string;
      readonly action: 'up' | 'down' | 'stop';
      readonly type: string;
      readonly options: Readonly<Record<string, readonly string[]>>;
    }
  | {
      /** A language model is there, and runs as the project says. */
      readonly kind: 'prepare-model';
      readonly name: string;
      readonly reference: string;
      /** It has to be downloaded. */
      readonly pull: boolean;
      /** In tokens. */
      readonly contextSize?: number;
      readonly flags: readonly string[];
    }
  | {
      /** Copies volumes into snapshots, proves and seals them. Those without content need none, unless carried. */
      readonly kind: 'snapshot-volumes';
      readonly snapshots: readonly Omit<Snapshot, 'proved'>[];
      /** Running containers that are paused meanwhile. */
      readonly freeze?: readonly ContainerRef[];
    }
  | {
      /** Makes volumes what snapshots of them are, and proves it. */
      readonly kind: 'restore-volumes';
      readonly pairs: readonly {
        readonly snapshot: string;
        readonly volume: string;
        /** What is there must not be overwritten. */
        readonly fresh?: boolean;
      }[];
    }
  | { readonly kind: 'remove-snapshots'; readonly snapshots: readonly string[] }
  | { readonly kind: 'copy-volume'; readonly volume: string; readonly from: string }
  | { readonly kind: 'verify-volume'; readonly volume: string; readonly from: string }
  | {
      /** Passes over volumes of another engine: `live` while they are written, `final` when nobody does any more. */
      readonly kind: 'sync-volumes';
      readonly from: string;
      readonly pairs: readonly VolumePair[];
      readonly phase: 'live' | 'final';
      readonly how: SyncChoices;
    }
  | {
      /** Compares the copies with their originals, in every respect. */
      readonly kind: 'prove-volumes';
      readonly from: string;
      readonly pairs: readonly VolumePair[];
      readonly how: SyncChoices;
    };

/** A volume on the engine that data comes from, and its copy's name. */
export interface VolumePair {
  readonly source: string;
  readonly target: string;
}

/** How volumes' data moves; absent options mean the default. */
export interface SyncChoices {
  /** Of the move that it is a part of; on helpers' containers. */
  readonly id: string;
  /** Longest last pass; passes go on until one is as short. */
  readonly maxDowntimeMs: number;
  /** What to do if no pass gets as short. */
  readonly onExceed: 'abort' | 'go';
  /** This many passes while the source serves, instead. */
  readonly passes?: number;
  readonly verify: 'meta' | 'changed' | 'full';
  /** Bytes a second, of passes while the source serves. */
  readonly bandwidth?: number;
  readonly compress: 'auto' | 'none' | 'always';
  readonly data: 'auto' | 'direct' | 'relay';
}

export type OperationKind = Operation['kind'];
export type OperationOf<K extends OperationKind> = Extract<Operation, { kind: K }>;

/** Stands in a body for the id of a container that an earlier node makes; the executor puts the id in. */
export function containerPlaceholder(node: NodeId): string {
  return `{container:${node}}`;
}

/** Puts ids in place of `containerPlaceholder`s; those that `idOf` doesn't know stay. */
export function fillPlaceholders(text: string, idOf: (node: NodeId) => string | undefined): string {
  return text.replace(/\{container:(\d+)\}/g, (stand, node: string) => idOf(Number(node)) ?? stand);
}
