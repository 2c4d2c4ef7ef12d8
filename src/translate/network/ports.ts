import type { HostConfigBody } from '../../model/bodies.ts';
import type { Service } from '../../model/service.ts';

type Bindings = NonNullable<HostConfigBody['PortBindings']>;

/** Published ports by `target/protocol`. */
export function portBindings(service: Service): Bindings | undefined {
  const bindings: Bindings = {};
  for (const { target, protocol, host_ip, published } of service.ports ?? []) {
    const key = `${target}/${protocol ?? 'tcp'}`;
    bindings[key] ??= [];
    bindings[key].push({
      ...(host_ip !== undefined && { HostIp: host_ip }),
      ...(published !== undefined && { HostPort: published }),
    });
  }
  return Object.keys(bindings).length === 0 ? undefined : bindings;
}

/** Ports of `expose` and `ports` as `port/protocol`; ranges are spelled out. */
export function exposedPorts(service: Service): string[] {
  const exposed = (service.expose ?? []).flatMap(spelledOut);
  const published = (service.ports ?? []).map(({ target, protocol }) => `${target}/${protocol ?? 'tcp'}`);
  return [...new Set([...exposed, ...published])];
}

function spelledOut(text: string): string[] {
  const [ports = '', protocol = 'tcp'] = text.split('/');
  const range = /^(\d+)-(\d+)$/.exec(ports);
  if (range === null) return [`${ports}/${protocol}`];
  const first = Number(range[1]);
  const length = Math.max(0, Number(range[2]) - first + 1);
  return Array.from({ length }, (_, index) => `${first + index}/${protocol}`);
}
