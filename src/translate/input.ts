import type { ImageConfig } from '../model/image.ts';
import type { Project } from '../model/project.ts';
import type { NullableMap } from '../model/scalars.ts';
import type { Service } from '../model/service.ts';

/** What of an engine decides how a body looks. */
export interface EngineFeatures {
  readonly kind: 'docker' | 'podman';
  readonly version: string;
  /** The negotiated API version, such as 1.41. */
  readonly apiVersion: string;
}

/** A mount of the container that is replaced. */
export interface InheritedMount {
  readonly type: string;
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly readWrite: boolean;
}

/** A container that a link points to. */
export interface LinkTarget {
  readonly name: string;
  readonly number: number;
}

/** All that a container's body follows from. */
export interface ContainerInput {
  readonly project: Project;
  readonly facts: EngineFeatures;
  readonly serviceName: string;
  readonly service: Service;
  /** The replica, from 1; 0 for a one-off container. */
  readonly number: number;
  readonly name: string;
  readonly image: { readonly id: string; readonly config?: ImageConfig } | undefined;
  /** Id or name of the container whose namespaces or volumes are shared. */
  readonly containerOf: (serviceName: string) => string | undefined;
  readonly inherited: readonly InheritedMount[];
  /** Labels beyond those that follow from the model: hash, digests, `replace`. They win. */
  readonly labels: Readonly<Record<string, string>>;
  /** A one-off container answers to the service's name too, as replicas do. */
  readonly serviceAliases?: boolean;
  /** `_` in names instead of `-`. */
  readonly compatibility?: boolean;
  /** Bytes of a file on this machine; undefined if it can't be read or is a folder. */
  readonly contents?: (path: string) => Uint8Array | undefined;
  /** The containers of a linked service; without it, those that the project asks for. */
  readonly linked?: (serviceName: string) => readonly LinkTarget[];
  /** Id of an image by reference, for images that are mounted as volumes. */
  readonly imageId?: (reference: string) => string | undefined;
  /** Variables below the service's own: proxies of the client's configuration, models, providers. */
  readonly environment?: NullableMap;
  /** A client configuration with the registries' credentials, for `use_api_socket`. */
  readonly registryConfig?: string;
  /** Digest of the content of configs and secrets; kept so that a change is seen. */
  readonly contentDigest?: string;
  /** Version of this program, for the `version` label. */
  readonly toolVersion?: string;
}
