import type { Service } from '../model/service.ts';

/** Attributes that only a Swarm, or another platform, gives a meaning. */
export const ignored: readonly {
  readonly attribute: string;
  readonly why: string;
  used(s: Service): boolean;
}[] = [
  {
    attribute: 'deploy.placement',
    why: 'there is one node only',
    used: ({ deploy }) => Object.keys(deploy?.placement ?? {}).length > 0,
  },
  {
    attribute: 'deploy.endpoint_mode',
    why: 'it needs a Swarm',
    used: ({ deploy }) => deploy?.endpoint_mode !== undefined,
  },
  {
    attribute: 'deploy.resources.reservations.cpus',
    why: 'engines can only limit processors',
    used: ({ deploy }) => deploy?.resources.reservations?.cpus !== undefined,
  },
  {
    attribute: 'deploy.resources.reservations.generic_resources',
    why: 'it needs a Swarm',
    used: ({ deploy }) => (deploy?.resources.reservations?.generic_resources ?? []).length > 0,
  },
  {
    attribute: 'deploy.labels',
    why: 'they are labels of a Swarm service; those of containers stand under labels',
    used: ({ deploy }) => Object.keys(deploy?.labels ?? {}).length > 0,
  },
  {
    attribute: 'deploy.mode of a job',
    why: 'it needs a Swarm; the container starts as any other',
    used: ({ deploy }) => deploy?.mode?.endsWith('-job') === true,
  },
  {
    attribute: 'volumes_from: the mode ro',
    why: 'as in docker compose, the volumes keep the mode that they have in the other container',
    used: ({ volumes_from }) => (volumes_from ?? []).some((from) => from.endsWith(':ro')),
  },
  {
    attribute: 'credential_spec',
    why: 'it is an identity of Windows containers, and these are Linux ones',
    used: ({ credential_spec }) => credential_spec !== undefined,
  },
];

/** Attributes that tell people or other programs something, and ask nothing of an engine: no warning. */
export const informative: readonly { readonly attribute: string; readonly why: string }[] = [
  { attribute: 'ports.name', why: 'a name for people' },
  { attribute: 'ports.app_protocol', why: 'what a port speaks, for people and proxies' },
  { attribute: 'ports.mode', why: 'host and ingress are the same on one engine' },
  { attribute: 'deploy.mode', why: 'global and replicated: one engine is one node' },
  { attribute: 'volumes.consistency', why: 'a hint to file sharing on macOS that engines no longer read' },
];

/** A sentence for each attribute of the service that no engine by itself can honour. */
export function ignoredAttributes(name: string, service: Service): string[] {
  return ignored
    .filter(({ used }) => used(service))
    .map(({ attribute, why }) => `service ${name}: ${attribute} has no effect: ${why}`);
}
