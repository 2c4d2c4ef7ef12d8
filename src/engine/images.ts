import type { Readable } from 'node:stream';
import type { ImageConfig } from '../model/image.ts';

export interface ImageSummary {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly size: number;
  /** Seconds since 1970. */
  readonly created: number;
}

export interface ImageDetails {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly os: string;
  readonly arch: string;
  readonly variant: string;
  readonly size: number;
  readonly created: string;
  readonly lastTagTime: string;
  readonly layers: readonly string[];
  readonly config: ImageConfig;
}

export interface PullOptions {
  readonly platform?: string;
  /** Value of the X-Registry-Auth header: base64url JSON. */
  readonly auth?: string;
  readonly onProgress?: (progress: TransferProgress) => void;
  readonly signal?: AbortSignal;
}

export interface TransferProgress {
  /** Layer id, or '' for the whole. */
  readonly id: string;
  readonly status: string;
  readonly current?: number;
  readonly total?: number;
}

export interface BuildRequest {
  /** Tar of the context, or the address of a remote one. */
  readonly context: Readable | string;
  readonly dockerfile: string;
  readonly tags: readonly string[];
  readonly args: Readonly<Record<string, string | null>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly noCache?: boolean;
  readonly pull?: boolean;
  readonly network?: string;
  readonly shmSize?: number;
  readonly extraHosts?: readonly string[];
  readonly cacheFrom?: readonly string[];
  readonly ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[];
  readonly isolation?: string;
  readonly platform?: string;
  readonly memory?: number;
  /** X-Registry-Config header. */
  readonly registryConfig?: string;
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
}
