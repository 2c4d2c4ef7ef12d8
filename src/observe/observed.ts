import type {
  ContainerState,
  EndpointSummary,
  EngineFacts,
  MountSummary,
  NetworkSummary,
  PortSummary,
  VolumeSummary,
} from '../engine/engine.ts';
import type { ContainerBody } from '../model/bodies.ts';
import type { ImageConfig } from '../model/image.ts';
import type { ModelRunnerFacts } from '../model/models.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { FormerName } from './former.ts';

/** What one engine holds of a project at one moment, as a value. `observe/collect.ts` makes it. */
export interface Observed {
  /** The engine's name, as nodes of a plan say it. */
  readonly engine: string;
  readonly facts: EngineFacts;
  /** Every container that carries the project's label, one-offs too, by service and number. */
  readonly containers: readonly ObservedContainer[];
  /** Networks with the project's label, and those that the project names otherwise (external, `name:`). */
  readonly networks: readonly NetworkSummary[];
  readonly volumes: readonly VolumeSummary[];
  /** Bytes by volume name; present only if asked for. */
  readonly volumeSizes?: Readonly<Record<string, number>>;
  /** Another project that seems to be this one under its former name; looked for only before the first volume is made. */
  readonly former?: FormerName;
  /** What is known of volumes' contents, by name; present only if asked for. */
  readonly volumeFacts?: Readonly<Record<string, VolumeFacts>>;
  /** Snapshots of the project's volumes; present only if asked for. */
  readonly snapshots?: readonly Snapshot[];
  /** Containers of others; present only if asked for (to find taken names and ports). */
  readonly others?: readonly { readonly name: string; readonly ports: readonly PortSummary[] }[];
  /** What runs language models; present only if the project uses some. */
  readonly models?: ModelRunnerFacts;
  /** By reference as the project writes it; a reference that the engine lacks is absent. */
  readonly images: Readonly<Record<string, ObservedImage>>;
}

/** Sizes in bytes. */
export interface VolumeFacts {
  readonly bytes: number;
  readonly empty: boolean;
  /** Of the disk. */
  readonly used: number;
  /** Free on the file system that holds it. */
  readonly free: number;
}

/** Under which `volumeFacts` tells of the place that a volume will have when it is made anew. */
export function newPlace(volume: string): string {
  return `new ${volume}`;
}

export interface ObservedImage {
  readonly id: string;
  /** Ids by platform, where several images are kept under the name; only if a container is of none that is known. */
  readonly manifests?: Readonly<Record<string, string>>;
  /** Seconds since 1970: when the reference last came to this image. */
  readonly tagged?: number;
  /** Only when a container's fields must be compared with what its image brings. */
  readonly config?: ImageConfig;
}

export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** 0 for one-offs. */
  readonly number: number;
  readonly oneOff: boolean;
  readonly state: ContainerState;
  readonly health: '' | 'starting' | 'healthy' | 'unhealthy';
  readonly exitCode: number | undefined;
  /** Seconds since 1970. */
  readonly created: number;
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly MountSummary[];
  readonly ports: readonly PortSummary[];
  readonly networks: Readonly<Record<string, EndpointSummary>>;
  readonly networkMode: string;
  /** The body it was created from, as the engine shows it; present only if a comparison needs it. */
  readonly body?: ContainerBody;
}
