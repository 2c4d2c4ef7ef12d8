import type { Readable, Writable } from 'node:stream';
import type { ContainerBody, EndpointBody, FileToCopy, NetworkBody, VolumeBody } from '../model/bodies.ts';
import type { BuildFinding, BuildRequest } from './build-request.ts';
import type { ImageDetails, ImageSummary, PullOptions, RegistryImage } from './images.ts';

/**
 * One container engine. Everything outside `engine/` talks to engines through this interface only;
 * errors are `EngineError`. Where Docker and Podman differ, the clients normalise, so callers
 * see one behaviour (docs/engines.md). Calls take an optional AbortSignal as their last argument
 * where they may be long.
 */
export interface Engine {
  /** Short name for plans and messages: a context's name, `podman`, or the address. */
  readonly name: string;
  readonly facts: EngineFacts;

  listContainers(filter: ListFilter): Promise<ContainerSummary[]>;
  inspectContainer(id: string): Promise<ContainerDetails>;
  /** @returns the id, and the engine's warnings */
  createContainer(name: string, body: ContainerBody, platform?: string): Promise<Created>;
  startContainer(id: string): Promise<void>;
  /** Sends the container's stop signal, then kills. `timeoutSeconds` undefined: the container's own. */
  stopContainer(id: string, timeoutSeconds?: number): Promise<void>;
  restartContainer(id: string, timeoutSeconds?: number): Promise<void>;
  killContainer(id: string, signal?: string): Promise<void>;
  pauseContainer(id: string): Promise<void>;
  unpauseContainer(id: string): Promise<void>;
  renameContainer(id: string, name: string): Promise<void>;
  updateContainer(id: string, update: ContainerUpdate): Promise<void>;
  removeContainer(id: string, options: { force?: boolean; volumes?: boolean }): Promise<void>;
  /**
   * Resolves with the exit code once the container has ended (at once if it has). `placed` is called when
   * the engine waits: a start after that can't be missed by `next-exit`.
   */
  waitContainer(
    id: string,
    condition: 'not-running' | 'next-exit',
    signal?: AbortSignal,
    placed?: () => void,
  ): Promise<number>;
  topContainer(id: string, psArgs?: string): Promise<{ titles: string[]; processes: string[][] }>;
  /** One sample, or a stream of samples until the signal. */
  statsContainer(
    id: string,
    options: { stream: boolean; signal?: AbortSignal },
  ): AsyncIterable<ContainerStats>;
  changesOfContainer(id: string): Promise<{ path: string; kind: 'modified' | 'added' | 'deleted' }[]>;
  commitContainer(id: string, options: CommitOptions): Promise<string>;
  exportContainer(id: string): Promise<Readable>;

  logs(id: string, options: LogOptions): AsyncIterable<LogChunk>;
  /** Attaches to the container's streams. Without `stdin` nothing is sent. */
  attach(id: string, options: AttachOptions): Promise<Attachment>;
  createExec(id: string, options: ExecOptions): Promise<string>;
  startExec(execId: string, options: { tty: boolean; stdin: boolean; detach?: boolean }): Promise<Attachment>;
  inspectExec(execId: string): Promise<{ running: boolean; exitCode: number | undefined; pid: number }>;
  resizeExec(execId: string, size: TerminalSize): Promise<void>;
  resizeContainer(id: string, size: TerminalSize): Promise<void>;

  /** Tar stream of a path in a container. */
  getArchive(id: string, path: string): Promise<{ stream: Readable; stat: PathStat }>;
  /** Owners, modes and times in the tar are kept. */
  putArchive(
    id: string,
    path: string,
    tar: Readable | Uint8Array,
    options?: { noOverwriteDirNonDir?: boolean; copyUidGid?: boolean },
  ): Promise<void>;
  statPath(id: string, path: string): Promise<PathStat | undefined>;
  copyFiles(id: string, files: readonly FileToCopy[]): Promise<void>;

  listNetworks(filter: ListFilter): Promise<NetworkSummary[]>;
  inspectNetwork(nameOrId: string): Promise<NetworkSummary | undefined>;
  createNetwork(body: NetworkBody): Promise<Created>;
  removeNetwork(id: string): Promise<void>;
  connectNetwork(network: string, container: string, endpoint?: EndpointBody): Promise<void>;
  disconnectNetwork(network: string, container: string, force?: boolean): Promise<void>;

  listVolumes(filter: ListFilter): Promise<VolumeSummary[]>;
  inspectVolume(name: string): Promise<VolumeSummary | undefined>;
  createVolume(body: VolumeBody): Promise<VolumeSummary>;
  removeVolume(name: string, force?: boolean): Promise<void>;
  /** Bytes by volume name, from `/system/df`; may be slow. */
  volumeSizes(): Promise<Map<string, number>>;

  listImages(filter?: ListFilter): Promise<ImageSummary[]>;
  /**
   * undefined if the engine has no such image.
   * @param options.platforms wants all platforms of an image that has several; takes the engine some time
   */
  inspectImage(
    reference: string,
    options?: { readonly platforms?: boolean },
  ): Promise<ImageDetails | undefined>;
  /**
   * What a registry has under a reference, without pulling it.
   * @returns undefined if this engine asks no registries (Podman)
   */
  resolveImage(reference: string, auth?: string): Promise<RegistryImage | undefined>;
  pullImage(reference: string, options: PullOptions): Promise<void>;
  pushImage(reference: string, options: PullOptions): Promise<void>;
  tagImage(reference: string, target: string): Promise<void>;
  removeImage(reference: string, options?: { force?: boolean; noPrune?: boolean }): Promise<void>;
  /** docker-archive of the images, for `loadImages` of another engine. */
  saveImages(references: readonly string[], signal?: AbortSignal): Promise<Readable>;
  loadImages(archive: Readable, signal?: AbortSignal): Promise<string[]>;
  buildImage(request: BuildRequest): Promise<string>;
  /** Checks the Dockerfile of a build, and builds nothing. Only with BuildKit of Docker 27 (API 1.46) and later. */
  checkBuild?(request: BuildRequest): Promise<readonly BuildFinding[]>;

  /** Events from the moment the call resolves: the subscription is in place then, nothing after it is missed. */
  events(filter: EventFilter, signal: AbortSignal): Promise<AsyncIterable<EngineEvent>>;
  info(): Promise<EngineInfo>;
  close(): void;
}

export interface EngineFacts {
  readonly kind: 'docker' | 'podman';
  readonly version: string;
  /** The negotiated API version, such as 1.41. */
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
  /** Where it was found, for messages: `unix:///var/run/docker.sock`. */
  readonly address: string;
  /** Of an engine behind ssh: the IP address of its machine, whatever the user's configuration calls it. */
  readonly peer?: string;
}

export interface Created {
  readonly id: string;
  readonly warnings: readonly string[];
}

export interface ListFilter {
  /** `key` or `key=value`; all must match. */
  readonly labels?: readonly string[];
  readonly names?: readonly string[];
  /** Containers only: stopped ones too. */
  readonly all?: boolean;
  /** Other filters of the API, passed as they are. */
  readonly other?: Readonly<Record<string, readonly string[]>>;
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface ContainerSummary {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly names: readonly string[];
  /** As written at creation. */
  readonly image: string;
  readonly imageId: string;
  readonly command: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly state: ContainerState;
  /** For people: `Up 2 minutes (healthy)`. */
  readonly status: string;
  /** From `status`; '' if there is no health check. */
  readonly health: '' | 'starting' | 'healthy' | 'unhealthy';
  /** From `status` of an exited container. */
  readonly exitCode: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PortSummary[];
  readonly mounts: readonly MountSummary[];
  /** By network name. `networkId` may be the name on some Podman versions. */
  readonly networks: Readonly<Record<string, EndpointSummary>>;
  readonly networkMode: string;
  readonly sizeRw?: number;
}

export interface PortSummary {
  readonly hostIp: string;
  readonly hostPort: number | undefined;
  readonly port: number;
  readonly protocol: string;
}

export interface MountSummary {
  readonly type: string;
  /** Volume name, '' for binds. */
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly driver: string;
  readonly readWrite: boolean;
}

export interface EndpointSummary {
  readonly networkId: string;
  readonly ipAddress: string;
  readonly ipv6Address: string;
  readonly macAddress: string;
  readonly aliases: readonly string[];
}

export interface ContainerDetails {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  /** RFC 3339. */
  readonly created: string;
  readonly state: {
    readonly status: ContainerState;
    readonly running: boolean;
    readonly paused: boolean;
    readonly restarting: boolean;
    readonly oomKilled: boolean;
    readonly pid: number;
    readonly exitCode: number;
    readonly error: string;
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly health: HealthDetails | undefined;
  };
  readonly restartCount: number;
  readonly platform: string;
  /** The create body as the engine shows it back: Config and HostConfig, defaults filled in, image parts merged. */
  readonly body: ContainerBody;
  readonly mounts: readonly MountSummary[];
  readonly networks: Readonly<Record<string, EndpointSummary>>;
  readonly ports: readonly PortSummary[];
}

export interface HealthDetails {
  readonly status: 'starting' | 'healthy' | 'unhealthy';
  readonly failingStreak: number;
  readonly log: readonly {
    readonly start: string;
    readonly end: string;
    readonly exitCode: number;
    readonly output: string;
  }[];
}

export interface ContainerUpdate {
  readonly restartPolicy?: { readonly Name: string; readonly MaximumRetryCount?: number };
  readonly resources?: Partial<ContainerBody['HostConfig']>;
}

export interface ContainerStats {
  readonly id: string;
  readonly name: string;
  readonly read: string;
  readonly cpuPercent: number;
  readonly memoryUsage: number;
  readonly memoryLimit: number;
  readonly networkRx: number;
  readonly networkTx: number;
  readonly blockRead: number;
  readonly blockWrite: number;
  readonly pids: number;
}

export interface CommitOptions {
  readonly reference?: string;
  readonly author?: string;
  readonly message?: string;
  readonly pause?: boolean;
  readonly changes?: readonly string[];
}

export interface LogOptions {
  readonly follow?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly timestamps?: boolean;
  /** RFC 3339 or seconds since 1970 with a fraction. */
  readonly since?: string;
  readonly until?: string;
  readonly tail?: number | 'all';
  readonly signal?: AbortSignal;
}

export interface LogChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
  /** An entry of the log begins here, with its time if times were asked for. Never set for a terminal's log. */
  readonly begins?: boolean;
}

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly logs?: boolean;
  readonly detachKeys?: string;
  readonly tty: boolean;
}

/** A connection to a process. With a terminal everything comes on `stdout`. */
export interface Attachment {
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the engine closes the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly user?: string;
  readonly workingDir?: string;
  readonly env?: readonly string[];
  readonly privileged?: boolean;
  readonly detachKeys?: string;
}

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** POSIX mode bits, file type included. */
  readonly mode: number;
  readonly mtime: string;
  readonly linkTarget: string;
  readonly isDirectory: boolean;
}

export interface NetworkSummary {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly enableIPv6: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly ipam: NonNullable<NetworkBody['IPAM']>;
  /** Ids of connected containers; only from `inspectNetwork`. */
  readonly containers: readonly string[];
}

export interface VolumeSummary {
  readonly name: string;
  readonly driver: string;
  readonly mountpoint: string;
  readonly scope: string;
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

export interface EventFilter {
  readonly labels?: readonly string[];
  readonly types?: readonly ('container' | 'network' | 'volume' | 'image')[];
  readonly containers?: readonly string[];
  readonly since?: string;
  readonly until?: string;
}

/** An event; `action` uses Docker's words on every engine (`die`, `destroy`, `health_status`). */
export interface EngineEvent {
  readonly type: string;
  /** Without details: `exec_create`, `health_status`. */
  readonly action: string;
  /** What follows the colon: the health status, the command. */
  readonly detail: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Nanoseconds since 1970. */
  readonly timeNano: bigint;
}

export interface EngineInfo {
  readonly id: string;
  readonly name: string;
  readonly ncpu: number;
  readonly memoryBytes: number;
  readonly storageDriver: string;
  /** Where images are kept: containerd's store also keeps indexes of several platforms. */
  readonly imageStore?: 'containerd' | 'graph';
  readonly dockerRootDir: string;
  readonly swarmActive: boolean;
  readonly serverVersion: string;
  readonly securityOptions: readonly string[];
  readonly runtimes: readonly string[];
  readonly volumeDrivers: readonly string[];
  readonly networkDrivers: readonly string[];
}
