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
    attribute: 'volumes_from: the mode ro',
    why: 'as in docker compose, the volumes keep the mode that they have in the other container',
    used: ({ volumes_from }) => (volumes_from ?? []).some((from) => from.endsWith(':ro')),
  },
  {
    attribute: 'credential_spec.config',
    why: 'it needs a Swarm',
    used: ({ credential_spec }) => credential_spec?.config !== undefined,
  },
];

/** A sentence for each attribute of the service that no engine by itself can honour. */
export function ignoredAttributes(name: string, service: Service): string[] {
  return ignored
    .filter(({ used }) => used(service))
    .map(({ attribute, why }) => `service ${name}: ${attribute} has no effect: ${why}`);
}
