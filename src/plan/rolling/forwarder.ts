import { forwarderLabel } from '../../model/forwarding.ts';
import { label } from '../../model/labels.ts';
import { temporaryName } from '../../model/names.ts';
import { portBindings } from '../../translate/network/ports.ts';
import { once, type UpContext } from '../context.ts';
import { type ContainerRef, helperImage, type OperationOf } from '../operations.ts';
import type { NodeId, Subject } from '../plan.ts';
import { refTo } from '../steps/containers.ts';
import { networkNodes } from '../steps/networks.ts';
import { removePresent } from '../steps/present.ts';
import { type Forwarding, isAsWanted, outsideNetwork } from './forwarding.ts';

/** Far above those of a service's own containers, so that other tools show it last. */
const forwarderNumber = '1000';
/** What other tools would never compute: to them a forwarder is always outdated, so they put plain ports in its place. */
const foreignHash = 'tscompose-forwarder';

export function forwarderName(context: UpContext, service: string): string {
  return `${context.project.name}-${service}-forwarder`;
}

export function aboutForwarder(service: string): Subject {
  return { kind: 'service', name: service };
}

/** The container that holds the ports once the plan is executed. */
export function forwarderRef(context: UpContext, service: string): ContainerRef {
  const forwarding = context.forwardings.get(service)!;
  if (isAsWanted(forwarding)) return refTo(forwarding.present!);
  return { createdBy: createForwarder(context, service)[0]!, name: forwarderName(context, service) };
}

/** The node that creates the forwarder; none if it is there as it should be. */
export function createForwarder(context: UpContext, service: string): readonly NodeId[] {
  const forwarding = context.forwardings.get(service)!;
  if (isAsWanted(forwarding)) return [];
  return once(context, `create forwarder ${service}`, () => {
    const { builder, project } = context;
    const name = forwarderName(context, service);
    const key = outsideNetwork(project, forwarding.service);
    const { present } = forwarding;
    return [
      builder.add(
        {
          kind: 'create-container',
          name:
            present === undefined || forwarding.swept
              ? name
              : temporaryName(present.id, name, context.observed.containers),
          ...{ body: body(context, service, forwarding), connect: [], files: [], forward: forwarding.ports },
        },
        {
          after: [
            ...(context.createAfter ?? []),
            ...(key === undefined ? [] : networkNodes(context, key)),
            ...(forwarding.swept ? removePresent(context, present!) : []),
          ],
          subject: aboutForwarder(service),
          because: present === undefined ? 'holds the ports of the service' : 'published ports changed',
        },
      ),
    ];
  });
}

/**
 * Nodes after which the forwarder listens.
 * @param freed nodes after which its ports are free
 */
export function startForwarder(
  context: UpContext,
  service: string,
  freed: readonly NodeId[] = [],
): readonly NodeId[] {
  return once(context, `start forwarder ${service}`, () => {
    const forwarding = context.forwardings.get(service)!;
    const created = createForwarder(context, service);
    if (!context.intent.start) return created;
    const state = created.length > 0 ? 'created' : forwarding.present!.state;
    if (state === 'running' || state === 'restarting') return [];
    const kind = state === 'paused' ? 'unpause-container' : 'start-container';
    return [
      context.builder.add(
        { kind, container: forwarderRef(context, service) },
        {
          after: [...created, ...freed, ...(context.startAfter ?? [])],
          subject: aboutForwarder(service),
          because: created.length > 0 ? 'created' : `is ${state}`,
        },
      ),
    ];
  });
}

function body(
  { project, materials }: UpContext,
  name: string,
  { service, network, config }: Forwarding,
): OperationOf<'create-container'>['body'] {
  const bindings = portBindings(service) ?? {};
  return {
    Image: helperImage,
    Cmd: ['forward', 'run'],
    User: '65534:65534',
    Labels: {
      [label.project]: project.name,
      [label.service]: name,
      [label.number]: forwarderNumber,
      [label.oneOff]: 'False',
      [label.configHash]: foreignHash,
      [label.workingDir]: project.workingDir,
      [label.configFiles]: project.configFiles.join(','),
      ...materials.labels,
      [forwarderLabel.service]: name,
      [forwarderLabel.config]: config,
    },
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((port) => [port, {}])),
    HostConfig: {
      NetworkMode: network,
      PortBindings: bindings,
      RestartPolicy: { Name: 'always' },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      // It holds ports below 1024 without being root.
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
    },
    NetworkingConfig: { EndpointsConfig: { [network]: {} } },
  };
}
