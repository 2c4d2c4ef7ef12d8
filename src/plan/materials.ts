import type { ContainerBody, EndpointBody, NetworkBody, VolumeBody } from '../model/bodies.ts';
import type { Network, Project, Volume } from '../model/project.ts';
import type { Hook, Service } from '../model/service.ts';
import type { Observed, ObservedContainer, ObservedImage } from '../observe/observed.ts';
import type { OperationOf } from './operations.ts';
import type { FieldChange } from './plan.ts';

/** What a container's body is made from. */
export interface ContainerRequest {
  readonly project: Project;
  readonly facts: Observed['facts'];
  readonly serviceName: string;
  readonly service: Service;
  readonly number: number;
  readonly name: string;
  readonly image: ObservedImage | undefined;
  /** Id of the container that a service's namespaces and volumes are taken from, or a `containerPlaceholder`. */
  readonly containerOf: (serviceName: string) => string | undefined;
  /** Mounts of the container that is replaced: its anonymous volumes go on. */
  readonly inherited: ObservedContainer['mounts'];
  /** Id of an image by reference, for images that are mounted as volumes. */
  readonly imageId?: (reference: string) => string | undefined;
  /** A container of `run`: no number, none of the service's ports unless they are still in `service`. */
  readonly oneOff?: { readonly slug: string; readonly serviceAliases?: boolean };
  /** The containers that a link to a service means. */
  readonly linked?: (serviceName: string) => readonly { readonly name: string; readonly number: number }[];
  readonly compatibility?: boolean;
  /** Digest of the content of configs and secrets. */
  readonly contentDigest?: string;
  /** Labels beyond those that follow from the model. */
  readonly labels: Readonly<Record<string, string>>;
}

type CreateParts = Pick<OperationOf<'create-container'>, 'body' | 'connect' | 'files'>;

interface ContainerParts extends CreateParts {
  readonly warnings: readonly string[];
}

/** What a difference between the wanted and the present container asks for. */
export interface Comparison {
  readonly changes: readonly FieldChange[];
  readonly cost: 'none' | 'update' | 'recreate';
  /** With cost `update`. */
  readonly update?: {
    readonly restartPolicy?: string;
    readonly resources?: Partial<ContainerBody['HostConfig']>;
  };
}

/** The pure parts beside the planner that it builds on: hashes, bodies, comparison. */
export interface Materials {
  serviceHash(service: Service): string;
  /** What `serviceHash` is made from: the executor has to fill in ids before it can hash. */
  hashedText(service: Service): string;
  networkHash(network: Network): string;
  volumeHash(volume: Volume): string;
  container(request: ContainerRequest): ContainerParts;
  /** How a service's container is attached to one of its networks. */
  endpoint(project: Project, serviceName: string, network: string, containerName: string): EndpointBody;
  /** The container that a `pre_start` hook runs in, beside the service's own. */
  preStart(
    project: Project,
    serviceName: string,
    hook: Hook,
    container: string,
  ): Pick<OperationOf<'run-pre-start'>, 'body' | 'connect'>;
  network(project: Project, key: string): NetworkBody;
  volume(project: Project, key: string): VolumeBody;
  /** undefined: nothing is known of how the container was made. */
  compare(request: ContainerRequest, present: ObservedContainer): Comparison | undefined;
  /** Digest of the content that the service's configs, secrets and env files have now. */
  contentDigest?(serviceName: string): string | undefined;
  /** Labels that containers get which follow from no service. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Seconds since 1970, for pull policies that depend on age. */
  readonly now?: number;
}
