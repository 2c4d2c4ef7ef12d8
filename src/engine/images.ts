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
  /** `linux/arm64/v8`: those that the engine holds of it; empty if it does not tell. */
  readonly platforms: readonly string[];
  /** Ids of the images of single platforms, by platform, where the engine keeps several under one name and tells them. */
  readonly manifests?: Readonly<Record<string, string>>;
  readonly size: number;
  readonly created: string;
  readonly lastTagTime: string;
  readonly layers: readonly string[];
  readonly config: ImageConfig;
}

/** An image as its registry has it. */
export interface RegistryImage {
  /** Of the index if there are several platforms, else of the manifest. */
  readonly digest: string;
  /** `linux/arm64/v8`; empty if the registry does not tell. */
  readonly platforms: readonly string[];
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
