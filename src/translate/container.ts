import { UserError } from '../diagnostic/errors.ts';
import type { ContainerBody, FileToCopy } from '../model/bodies.ts';
import { imageName } from '../model/names.ts';
import { checkFeatures } from './features.ts';
import { ignoredAttributes } from './ignored.ts';
import type { ContainerInput } from './input.ts';
import { grantedFiles } from './mounts/files.ts';
import { attachments, type Connection } from './network/attach.ts';
import { rows } from './rows/all.ts';
import { isAtLeast } from './version.ts';

/** What a container is created from, and what has to be done before it starts. */
export interface ContainerCreation {
  readonly body: ContainerBody;
  readonly connect: readonly Connection[];
  readonly files: readonly FileToCopy[];
  /** Sentences about what this engine will not do. */
  readonly warnings: readonly string[];
}

/**
 * The create body of one container of a service, as the engine's API version takes it.
 * @throws UserError for what this engine can't do without giving the container something else
 */
export function containerBody(input: ContainerInput): ContainerCreation {
  const { project, service, serviceName, facts } = input;
  const body: ContainerBody = {
    AttachStdout: true,
    AttachStderr: true,
    Image: imageName(project.name, serviceName, service, input.compatibility),
    Labels: {},
    HostConfig: { ConsoleSize: [0, 0] },
  };
  for (const row of rows) row.apply(input, body);
  const { endpoints, connect } = attachments(input);
  if (Object.keys(endpoints).length > 0) body.NetworkingConfig = { EndpointsConfig: { ...endpoints } };
  const macWarnings = placeMacAddresses(input, body, connect);
  const { files, warnings } = grantedFiles(input);
  refuseReadOnly(input, body, files);
  const all = [...Object.values(endpoints), ...connect.map(({ endpoint }) => endpoint)];
  return {
    body,
    connect,
    files,
    warnings: [
      ...warnings,
      ...macWarnings,
      ...checkFeatures(serviceName, body, all, facts),
      ...ignoredAttributes(serviceName, service),
    ],
  };
}

/** Engines below API 1.44 take one MAC address for the whole container, and none when connecting later. */
function placeMacAddresses(
  { facts, service, serviceName }: ContainerInput,
  body: ContainerBody,
  connect: readonly Connection[],
): string[] {
  const first = Object.values(body.NetworkingConfig?.EndpointsConfig ?? {})[0];
  if (first === undefined) {
    if (service.mac_address !== undefined) body.MacAddress = service.mac_address;
    return [];
  }
  if (isAtLeast(facts.apiVersion, '1.44')) return [];
  if (first.MacAddress !== undefined) body.MacAddress = first.MacAddress;
  return connect
    .filter(({ endpoint }) => endpoint.MacAddress !== undefined && facts.kind === 'docker')
    .map(
      ({ network }) =>
        `service ${serviceName}: mac_address on network ${network} has no effect here: it needs API 1.44 (Docker Engine 25.0)`,
    );
}

/** Docker refuses to write into a container whose root is read-only, volumes excepted. */
function refuseReadOnly(
  { facts, serviceName }: ContainerInput,
  body: ContainerBody,
  files: readonly FileToCopy[],
): void {
  if (facts.kind !== 'docker' || body.HostConfig.ReadonlyRootfs !== true) return;
  const writable = writableTargets(body);
  const blocked = files.find(({ target }) => !writable.some((folder) => target.startsWith(`${folder}/`)));
  if (blocked === undefined) return;
  throw new UserError(
    'TSC309',
    `service ${serviceName} is read_only: ${blocked.target} can't be copied into its container`,
    {
      hint: 'take the content from a file without uid, gid and mode, or mount a volume at its folder',
      exit: 3,
    },
  );
}

function writableTargets({ HostConfig: { Binds = [], Mounts = [] } }: ContainerBody): string[] {
  const binds = Binds.map((bind) => bind.split(':')).filter((parts) => !/\bro\b/.test(parts[2] ?? ''));
  const mounts = Mounts.filter((mount) => mount.Type === 'volume' && mount.ReadOnly !== true);
  return [...binds.map((parts) => parts[1] ?? ''), ...mounts.map((mount) => mount.Target)].filter(Boolean);
}
