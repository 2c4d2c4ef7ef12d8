import type { ContainerBody } from '../model/bodies.ts';
import { label } from '../model/labels.ts';
import { imageName } from '../model/names.ts';
import type { Hook } from '../model/service.ts';
import { environmentOf } from './environment.ts';
import type { ContainerInput } from './input.ts';
import { attachments, type Connection } from './network/attach.ts';

/** Whose container a hook runs beside. */
export interface HookInput extends ContainerInput {
  readonly hook: Hook;
  /** Id of the service's own container: its volumes are the hook's too. */
  readonly container: string;
}

/**
 * The container of a `pre_start` hook: the service's environment, networks and volumes with the hook's own command,
 * user and image. The engine chooses its name.
 */
export function preStartBody(input: HookInput): {
  readonly body: ContainerBody;
  readonly connect: readonly Connection[];
} {
  const { project, service, serviceName, hook, container } = input;
  const { mode, endpoints, connect } = attachments({ ...input, number: 0, name: '' });
  const unnamed = (one: Connection['endpoint']) => ({ ...one, Aliases: [] });
  const user = hook.user ?? service.user;
  const workingDir = hook.working_dir ?? service.working_dir;
  const body: ContainerBody = {
    AttachStdout: true,
    AttachStderr: true,
    Image: hook.image ?? imageName(project.name, serviceName, service, input.compatibility),
    Cmd: [...(hook.command ?? [])],
    Env: environmentOf({
      ...input,
      service: { ...service, environment: { ...service.environment, ...hook.environment } },
    }),
    ...(user !== undefined && { User: user }),
    ...(workingDir !== undefined && { WorkingDir: workingDir }),
    Labels: {
      [label.project]: project.name,
      [label.service]: serviceName,
      [label.hook]: 'pre_start',
      [label.version]: input.toolVersion ?? '',
    },
    HostConfig: {
      NetworkMode: mode,
      VolumesFrom: [container],
      ...(hook.privileged === true && { Privileged: true }),
    },
    NetworkingConfig: {
      EndpointsConfig: Object.fromEntries(
        Object.entries(endpoints).map(([name, endpoint]) => [name, withoutAddress(unnamed(endpoint))]),
      ),
    },
  };
  return {
    body,
    connect: connect.map(({ network, endpoint }) => ({
      network,
      endpoint: withoutAddress(unnamed(endpoint)),
    })),
  };
}

/** The service's static addresses and MAC address stay free for its own container. */
function withoutAddress(endpoint: Connection['endpoint']): Connection['endpoint'] {
  const { IPAMConfig: _, IPAddress: __, IPv6Gateway: ___, MacAddress: ____, ...rest } = endpoint;
  return rest;
}
