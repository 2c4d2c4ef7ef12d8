import { sharesOf } from './graph.ts';
import type { Service } from './service.ts';

const ofService = 'service:';

/**
 * A service whose namespaces and volumes are those of containers, not of services. So docker compose makes the
 * config-hash of a container: with another parent it is another container.
 * @param containerOf the id of a service's first container; undefined leaves the service's name
 */
export function boundTo(service: Service, containerOf: (service: string) => string | undefined): Service {
  if (sharesOf(service).length === 0 && service.volumes_from === undefined) return service;
  const mode = (value: string) => {
    const id = value.startsWith(ofService) ? containerOf(value.slice(ofService.length)) : undefined;
    return id === undefined ? value : `container:${id}`;
  };
  const { network_mode, ipc, pid, volumes_from } = service;
  return {
    ...service,
    ...(network_mode !== undefined && { network_mode: mode(network_mode) }),
    ...(ipc !== undefined && { ipc: mode(ipc) }),
    ...(pid !== undefined && { pid: mode(pid) }),
    // Without the mode, which the engine is not given either.
    ...(volumes_from !== undefined && {
      volumes_from: volumes_from.map((from) => {
        const [first = '', second = ''] = from.split(':');
        return first === 'container' ? second : (containerOf(first) ?? from);
      }),
    }),
  };
}
