import { UserError } from '../diagnostic/errors.ts';
import type { ContainerBody, EndpointBody } from '../model/bodies.ts';
import type { EngineFeatures } from './input.ts';
import { interfaceOption } from './network/endpoint.ts';
import { isAtLeast } from './version.ts';

/** A part of a body that engines know from some API version on, and what is done below it. */
interface Feature {
  readonly attribute: string;
  readonly since: string;
  /** The Docker Engine that brought it. */
  readonly engine: string;
  /** `refuse` where leaving it out would give the container something else than was asked for. */
  readonly below: 'warn' | 'refuse';
  readonly used: (body: ContainerBody, endpoints: readonly EndpointBody[]) => boolean;
}

export const features: readonly Feature[] = [
  {
    attribute: 'healthcheck.start_interval',
    since: '1.44',
    engine: '25.0',
    below: 'warn',
    used: ({ Healthcheck }) => (Healthcheck?.StartInterval ?? 0) > 0,
  },
  {
    attribute: 'annotations',
    since: '1.43',
    engine: '24.0',
    below: 'warn',
    used: ({ HostConfig }) => Object.keys(HostConfig.Annotations ?? {}).length > 0,
  },
  {
    attribute: 'volumes.bind.recursive',
    since: '1.44',
    engine: '25.0',
    below: 'warn',
    used: (body) =>
      mounts(body).some(
        ({ BindOptions: o }) => o?.ReadOnlyNonRecursive === true || o?.ReadOnlyForceRecursive === true,
      ),
  },
  {
    attribute: 'volumes.volume.subpath',
    since: '1.45',
    engine: '26.0',
    below: 'refuse',
    used: (body) => mounts(body).some((mount) => mount.VolumeOptions?.Subpath !== undefined),
  },
  {
    attribute: 'volumes of type image',
    since: '1.48',
    engine: '28.0',
    below: 'refuse',
    used: (body) => mounts(body).some((mount) => mount.Type === 'image'),
  },
  {
    attribute: 'volumes of type cluster',
    since: '1.42',
    engine: '23.0',
    below: 'refuse',
    used: (body) => mounts(body).some((mount) => mount.Type === 'cluster'),
  },
  {
    attribute: 'networks.gw_priority',
    since: '1.48',
    engine: '28.0',
    below: 'warn',
    used: (_, endpoints) => endpoints.some((endpoint) => (endpoint.GwPriority ?? 0) !== 0),
  },
  {
    attribute: 'networks.interface_name',
    since: '1.49',
    engine: '28.1',
    below: 'warn',
    used: (_, endpoints) => endpoints.some(({ DriverOpts }) => DriverOpts?.[interfaceOption] !== undefined),
  },
];

/** Of an attribute that an engine silently leaves out, a container there can tell nothing. */
export function isLeftOut(field: string, { apiVersion }: EngineFeatures): boolean {
  return features.some(
    ({ attribute, since, below }) =>
      below === 'warn' &&
      (field === attribute || field.startsWith(`${attribute}.`)) &&
      !isAtLeast(apiVersion, since),
  );
}

function mounts({ HostConfig }: ContainerBody): NonNullable<ContainerBody['HostConfig']['Mounts']> {
  return HostConfig.Mounts ?? [];
}

/**
 * Sentences for what the engine will leave out.
 * @throws UserError if a missing feature would change what the container sees
 */
export function checkFeatures(
  service: string,
  body: ContainerBody,
  endpoints: readonly EndpointBody[],
  facts: EngineFeatures,
): string[] {
  const missing = features.filter(
    ({ since, used }) => !isAtLeast(facts.apiVersion, since) && used(body, endpoints),
  );
  for (const { attribute, since, engine, below } of missing) {
    if (below === 'warn') continue;
    throw new UserError(
      'TSC310',
      `service ${service}: ${attribute} needs API ${since} (Docker Engine ${engine}); this ${facts.kind} ${facts.version} speaks ${facts.apiVersion}`,
      { hint: 'use a newer engine, or leave the attribute out', exit: 3 },
    );
  }
  return missing.map(
    ({ attribute, since, engine }) =>
      `service ${service}: ${attribute} has no effect here: it needs API ${since} (Docker Engine ${engine})`,
  );
}
