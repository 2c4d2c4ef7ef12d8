import { createServer } from 'node:net';
import { EngineError } from '../../diagnostic/errors.ts';
import type { ContainerBody } from '../../model/bodies.ts';
import { listOf, numberOf, objectOf, textOf } from '../../util/json.ts';
import type { Api } from '../client/api.ts';

/** Docker picks a free host port of a range `8000-8010`; for Podman we do. */
export async function withFreePorts(api: Api, body: ContainerBody): Promise<ContainerBody> {
  const bindings = Object.entries(body.HostConfig.PortBindings ?? {});
  if (!bindings.some(([, hosts]) => hosts.some((host) => rangeOf(host.HostPort) !== undefined))) return body;
  const taken = await takenPorts(api);
  const PortBindings: NonNullable<ContainerBody['HostConfig']['PortBindings']> = {};
  for (const [port, hosts] of bindings) {
    PortBindings[port] = [];
    for (const host of hosts) {
      const range = rangeOf(host.HostPort);
      if (range === undefined) {
        PortBindings[port].push(host);
        continue;
      }
      const free = await freePort(api, range, host.HostIp ?? '', taken);
      taken.add(free);
      PortBindings[port].push({ ...host, HostPort: String(free) });
    }
  }
  return { ...body, HostConfig: { ...body.HostConfig, PortBindings } };
}

function rangeOf(text: string | undefined): readonly [number, number] | undefined {
  const match = /^(\d+)-(\d+)$/.exec(text ?? '');
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

async function takenPorts(api: Api): Promise<Set<number>> {
  const taken = new Set<number>();
  for (const row of listOf(await api.libpod('GET', '/containers/json', { query: { all: true } }))) {
    for (const port of listOf(objectOf(row)['Ports']).map(objectOf)) {
      const first = numberOf(port['host_port']);
      const length = Math.max(1, numberOf(port['range']));
      for (let i = 0; i < length; i++) taken.add(first + i);
    }
  }
  return taken;
}

async function freePort(
  api: Api,
  [first, last]: readonly [number, number],
  address: string,
  taken: ReadonlySet<number>,
): Promise<number> {
  for (let port = first; port <= last; port++) {
    if (!taken.has(port) && (!api.local || (await canListen(port, address)))) return port;
  }
  throw new EngineError('conflict', 'POST /containers/create', `no port of ${first}-${last} is free`, {
    hint: 'widen the range, or stop what uses the ports',
  });
}

function canListen(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, ...(textOf(address) === '' ? {} : { host: address }) }, () => {
      server.close(() => resolve(true));
    });
  });
}
