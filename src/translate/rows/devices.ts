import type { HostConfigBody } from '../../model/bodies.ts';
import type { DeviceRequest, Service } from '../../model/service.ts';
import { hostRow, type Row } from './row.ts';
import { entries, unlessEmpty, unordered } from './views.ts';

type Requests = NonNullable<HostConfigBody['DeviceRequests']>;

/** Devices of the host, and requests for accelerators. */
export const deviceRows: readonly Row[] = [
  hostRow('Devices', {
    attribute: 'devices',
    write: ({ service }) =>
      unlessEmpty(
        (service.devices ?? [])
          .filter(({ source, target }) => !isCdi(source, target))
          .map(({ source, target, permissions }) => ({
            PathOnHost: source,
            PathInContainer: target ?? source,
            CgroupPermissions: permissions ?? '',
          })),
      ),
    view: entries(
      ({ PathOnHost, PathInContainer, CgroupPermissions }) =>
        `${PathOnHost}:${PathInContainer}:${CgroupPermissions || 'rwm'}`,
    ),
  }),
  hostRow('DeviceCgroupRules', {
    attribute: 'device_cgroup_rules',
    write: ({ service }) => unlessEmpty([...(service.device_cgroup_rules ?? [])]),
    view: unordered,
    hidden: ({ facts }) => facts.kind === 'podman',
  }),
  hostRow('DeviceRequests', {
    attribute: 'gpus',
    also: ['deploy.resources.reservations.devices', 'devices'],
    write: ({ service }) => unlessEmpty(requestsOf(service)),
    view: entries((request) => JSON.stringify(comparable(request))),
    hidden: ({ facts }) => facts.kind === 'podman',
  }),
];

/** `vendor.com/class=name`: a device of the Container Device Interface, resolved by the engine. */
function isCdi(source: string, target: string | undefined): boolean {
  return (
    (target === undefined || target === source) &&
    /^[A-Za-z][\w.-]*\/[A-Za-z][\w-]*=[A-Za-z0-9][\w.:-]*$/.test(source)
  );
}

function requestsOf(service: Service): Requests {
  const reserved = (service.deploy?.resources.reservations?.devices ?? []).map((one) => requestOf(one));
  const cdi = (service.devices ?? []).filter((d) => isCdi(d.source, d.target)).map((d) => d.source);
  const gpus = (service.gpus ?? []).map((one) => requestOf(one, 'gpu'));
  return [...reserved, ...(cdi.length > 0 ? [{ Driver: 'cdi', DeviceIDs: cdi }] : []), ...gpus];
}

function requestOf(request: DeviceRequest, capability?: string): Requests[number] {
  const own = request.capabilities ?? [];
  const capabilities = capability === undefined || own.includes(capability) ? own : [...own, capability];
  return {
    ...(request.driver !== undefined && { Driver: request.driver }),
    ...(request.count !== undefined && { Count: request.count }),
    ...(request.device_ids !== undefined && { DeviceIDs: [...request.device_ids] }),
    Capabilities: [[...capabilities]],
    ...(request.options !== undefined && { Options: { ...request.options } }),
  };
}

function comparable(request: Requests[number]): Requests[number] {
  const { Driver = '', Count = 0, DeviceIDs, Capabilities, Options } = request;
  return {
    Driver,
    Count,
    DeviceIDs: [...(DeviceIDs ?? [])].sort(),
    Capabilities: Capabilities ?? [],
    Options: Object.fromEntries(Object.entries(Options ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
