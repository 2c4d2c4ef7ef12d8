import type { Duplex, Readable } from 'node:stream';

/** One file, folder or link of a tree. Owners are root's: a build does not see whose files they are here. */
export interface FileEntry {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** POSIX mode bits, file type included. */
  readonly mode: number;
  /** Bytes; 0 for all but files. */
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  /** Target of a symbolic link; of a hard link the path under which the file came first. */
  readonly link?: string;
  readonly device?: { readonly major: number; readonly minor: number };
}

/** What of a tree is asked for, in the terms of BuildKit's file sync. Absent: everything. */
export interface FileFilter {
  /** Patterns of which a path, or a folder above it, must match one. */
  readonly include?: readonly string[];
  /** Lines as in `.dockerignore`. */
  readonly exclude?: readonly string[];
  /** Like `include`, and where symbolic links among them lead to. */
  readonly follow?: readonly string[];
}

/** Files that a build may ask for. */
export interface FileTree {
  /** The same for the same tree in later builds: the engine then knows what it has already. */
  readonly key: string;
  /** Folders before what is in them, names in byte order. @throws UserError for what can't be read */
  entries(filter: FileFilter): AsyncIterable<FileEntry>;
  /** Content of a file. A piece is good until the next one is asked for. @throws UserError if it can't be read */
  read(path: string): AsyncIterable<Uint8Array>;
}

/** A context of this machine. */
export interface LocalContext {
  readonly tree: FileTree;
  /** All of it as a tar, less what is ignored, for builders that take one; and the Dockerfile's name in it. */
  archive(): Promise<{ readonly tar: Readable; readonly dockerfile: string }>;
}

/** A cache to read or write: `registry`, `local`, `inline`, … and its settings. */
export interface CacheEntry {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Blobs by digest on this machine: what a cache of type `local` is made of. */
export interface BlobStore {
  /** Bytes of a blob; undefined if it is not there. */
  size(digest: string): Promise<number | undefined>;
  /** A piece is good until the next one is asked for. */
  read(digest: string, offset: number, size: number): AsyncIterable<Uint8Array>;
  write(): Promise<BlobWriter>;
  /** What was written belongs together. @param descriptor of its manifest, as JSON */
  finish(descriptor: string): Promise<void>;
}

export interface BlobWriter {
  append(data: Uint8Array): Promise<void>;
  /** @returns the digest @throws Error if it is another one than expected ('': any) */
  commit(expected: string): Promise<string>;
  abort(): Promise<void>;
}

export interface BuildRequest {
  /** Which of Docker's builders; Podman has its own one. Default: classic. */
  readonly builder?: 'buildkit' | 'classic';
  /** A local one, a tar, or the address of a remote one. */
  readonly context: LocalContext | Readable | string;
  /** Within `dockerfileTree`, else within the context. */
  readonly dockerfile: string;
  /** Folder of the Dockerfile and what stands beside it, on this machine. */
  readonly dockerfileTree?: FileTree;
  readonly tags: readonly string[];
  readonly args: Readonly<Record<string, string | null>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Further contexts by name: a tree, or an address such as `docker-image://x`. */
  readonly contexts?: Readonly<Record<string, FileTree | string>>;
  readonly target?: string;
  readonly noCache?: boolean;
  /** Stages that are built anew. */
  readonly noCacheFilter?: readonly string[];
  readonly pull?: boolean;
  readonly network?: string;
  /** Bytes. */
  readonly shmSize?: number;
  /** `name:address` */
  readonly extraHosts?: readonly string[];
  readonly cacheFrom?: readonly CacheEntry[];
  readonly cacheTo?: readonly CacheEntry[];
  /** Folders of caches of type `local`, by `local:PATH`. */
  readonly stores?: Readonly<Record<string, BlobStore>>;
  readonly ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[];
  readonly isolation?: string;
  readonly platforms?: readonly string[];
  /** Bytes that a step may use. */
  readonly memory?: number;
  readonly entitlements?: readonly string[];
  /** `provenance`, `sbom`: their settings, as in `mode=max`. */
  readonly attestations?: Readonly<Record<string, string>>;
  /** Content by id; read when a step asks for it. */
  readonly secrets?: Readonly<Record<string, () => Promise<Uint8Array>>>;
  /** A connection to an SSH agent by id. */
  readonly ssh?: Readonly<Record<string, () => Duplex>>;
  /** X-Registry-Config header. */
  readonly registryConfig?: () => Promise<string | undefined>;
  /** X-Registry-Auth header for an image's registry. */
  readonly registryAuth?: (reference: string) => Promise<string | undefined>;
  readonly on?: BuildListener;
  readonly signal?: AbortSignal;
}

/** A step of a build; told again at each change. */
export interface BuildStep {
  readonly id: string;
  /** `[2/5] RUN make`, `[internal] load build context`, … */
  readonly name: string;
  readonly cached: boolean;
  /** Milliseconds since 1970. */
  readonly started?: number;
  readonly completed?: number;
  readonly error?: string;
}

/** Something that a step does, once it is done: `naming to docker.io/library/app:latest`, a layer that was fetched. */
export interface BuildPart {
  readonly name: string;
  readonly milliseconds: number;
}

/** What a build tells of itself. */
export interface BuildListener {
  /** Text of builders that know no steps. */
  readonly output?: (text: string) => void;
  readonly step?: (step: BuildStep) => void;
  readonly part?: (stepId: string, part: BuildPart) => void;
  /** What a step prints. */
  readonly log?: (stepId: string, text: string) => void;
  /** Bytes of files sent so far. */
  readonly sent?: (bytes: number) => void;
  readonly warning?: (message: string, line: number | undefined) => void;
  /** What of the Dockerfile the failure is about; comes before the build rejects, if the builder tells it. */
  readonly failed?: (failure: BuildFailure) => void;
}

export interface BuildFailure {
  /** Its text. */
  readonly dockerfile: string;
  /** Lines, from 1. */
  readonly first: number;
  readonly last: number;
}

/** Something that a check of a Dockerfile found. */
export interface BuildFinding {
  /** `StageNameCasing`; '' for what no build would get past. */
  readonly rule: string;
  readonly message: string;
  /** Where it is explained; '' if nowhere. */
  readonly url: string;
  /** Text of the Dockerfile, and the lines in it from 1. Absent if it is about no line. */
  readonly place?: BuildFailure;
}
