import { describe, expect, test } from 'vitest';
import { openEndpoint } from '../../src/engine/connect.ts';
import {
  droppedSettings,
  withBothLimits,
  withEndpointMac,
  withoutLocalLog,
} from '../../src/engine/podman/differences.ts';
import { takeLinks } from '../../src/engine/podman/links.ts';
import type { ContainerBody } from '../../src/model/bodies.ts';
import { fakeEngine, type Route } from './fake-server.ts';

const body = (more: Partial<ContainerBody> = {}): ContainerBody => ({
  Image: 'busybox',
  Labels: {},
  HostConfig: {},
  ...more,
});

async function podman(routes: readonly Route[], version = '4.3.1') {
  const headers = {
    'Api-Version': '1.41',
    'Libpod-Api-Version': version,
    Server: `Libpod/${version} (linux)`,
  };
  const { host, calls } = await fakeEngine(routes, headers);
  const world = { environment: {}, home: '/nonexistent', uid: 0, platform: 'linux' } as const;
  return { engine: await openEndpoint({ name: 'podman', address: host, reason: 'test' }, world), calls };
}
const created: Route = {
  match: /^POST \/containers\/create$/,
  answer: () => ({ status: 201, body: { Id: 'new', Warnings: [] } }),
};
const sent = (calls: readonly { call: string; body: unknown }[]) =>
  calls.find(({ call }) => call.endsWith('/create'))?.body;

describe('bodies for Podman', () => {
  test('what it ignores is told, as long as it does', () => {
    const used = body({ Domainname: 'd', HostConfig: { DeviceRequests: [{ Count: -1 }] } });
    expect(droppedSettings(used, '4.3.1')).toEqual([
      'Podman 4.3.1 ignores domainname',
      'Podman 4.3.1 ignores device requests (gpus)',
    ]);
    expect(droppedSettings(used, '5.4.0')).toEqual(['Podman 5.4.0 ignores domainname']);
    expect(droppedSettings(body(), '4.3.1')).toEqual([]);
  });

  test('limits come together or not at all', () => {
    const own = [
      { Name: 'nofile', Soft: 5, Hard: 5 },
      { Name: 'nproc', Soft: 6, Hard: 6 },
    ];
    const one = body({ HostConfig: { Ulimits: [{ Name: 'nofile', Soft: 1, Hard: 1 }] } });
    expect(withBothLimits(one, own).HostConfig.Ulimits).toEqual([
      { Name: 'nofile', Soft: 1, Hard: 1 },
      own[1],
    ]);
    expect(withBothLimits(body(), own).HostConfig.Ulimits).toBeUndefined();
  });

  test('the MAC address moves to the network, the local log driver goes', () => {
    const EndpointsConfig = { a: {}, b: { Aliases: ['x'] } };
    const moved = withEndpointMac(
      body({
        MacAddress: '02:00:00:00:00:01',
        HostConfig: { NetworkMode: 'b' },
        NetworkingConfig: { EndpointsConfig },
      }),
    );
    expect(moved.NetworkingConfig?.EndpointsConfig['b']).toEqual({
      MacAddress: '02:00:00:00:00:01',
      Aliases: ['x'],
    });
    expect(moved).not.toHaveProperty('MacAddress');
    const logged = withoutLocalLog(body({ HostConfig: { LogConfig: { Type: 'local' } } }));
    expect(logged.body.HostConfig).toEqual({});
    expect(logged.warnings).toHaveLength(1);
  });

  test('links are taken out, wherever they stand', () => {
    const { body: rest, links } = takeLinks(
      body({
        HostConfig: { NetworkMode: 'n', Links: ['db:database'] },
        NetworkingConfig: { EndpointsConfig: { n: { Links: ['cache'] } } },
      }),
    );
    expect(links).toEqual([
      { network: 'n', container: 'db', alias: 'database' },
      { network: 'n', container: 'cache', alias: 'cache' },
    ]);
    expect(JSON.stringify(rest)).not.toContain('Links');
  });
});

describe('calls on Podman', () => {
  test('a grace is always part of a container', async () => {
    const { engine, calls } = await podman([created]);
    await engine.createContainer('x', body());
    expect(sent(calls)).toMatchObject({ StopTimeout: 10 });
  });

  test.each([
    [undefined, { StopTimeout: 25 }, '25'],
    [undefined, { StopTimeout: 0 }, '10'],
    [3, { StopTimeout: 25 }, '3'],
    [0, {}, '0'],
    [-1, {}, String(365 * 24 * 3600)],
  ])('stop with %s of %j sends %s', async (timeout, Config, t) => {
    const { engine, calls } = await podman([
      { match: /^GET \/containers\/x\/json$/, answer: () => ({ body: { Config, State: { Paused: true } } }) },
      { match: /^POST/, answer: () => ({ status: 204 }) },
    ]);
    await engine.stopContainer('x', timeout);
    expect(calls.map(({ call }) => call).slice(-2)).toEqual([
      'POST /containers/x/unpause',
      'POST /containers/x/stop',
    ]);
    expect(calls.at(-1)?.url.searchParams.get('t')).toBe(t);
  });

  test('a subpath, a missing bind source and ports in a shared network are refused', async () => {
    const { engine, calls } = await podman([created]);
    const subpath = { Type: 'volume', Source: 'v', Target: '/v', VolumeOptions: { Subpath: 'a' } };
    await expect(
      engine.createContainer('x', body({ HostConfig: { Mounts: [subpath] } })),
    ).rejects.toMatchObject({ kind: 'unsupported' });
    const bind = { Type: 'bind', Source: '/nonexistent/source', Target: '/v' };
    await expect(engine.createContainer('x', body({ HostConfig: { Mounts: [bind] } }))).rejects.toThrow(
      /does not exist/,
    );
    const shared = { NetworkMode: 'container:y', PortBindings: { '80/tcp': [{ HostPort: '1' }] } };
    await expect(engine.createContainer('x', body({ HostConfig: shared }))).rejects.toMatchObject({
      kind: 'invalid',
    });
    expect(sent(calls)).toBeUndefined();
  });

  test('volumes with labels are made before the container', async () => {
    const { engine, calls } = await podman([
      created,
      { match: /^POST \/volumes\/create$/, answer: () => ({ body: {} }) },
    ]);
    const mount = { Type: 'volume', Source: 'v', Target: '/v', VolumeOptions: { Labels: { a: 'b' } } };
    await engine.createContainer('x', body({ HostConfig: { Mounts: [mount] } }));
    expect(calls.map(({ call }) => call).slice(-2)).toEqual([
      'POST /volumes/create',
      'POST /containers/create',
    ]);
    expect(calls.at(-2)?.body).toMatchObject({ Name: 'v', Labels: { a: 'b' } });
  });

  test('host-gateway becomes the address of the gateway; newer ones know it', async () => {
    const network = {
      match: /^GET \/networks\/n$/,
      answer: () => ({ body: { IPAM: { Config: [{ Gateway: '10.9.0.1' }] } } }),
    };
    const hosts = body({ HostConfig: { NetworkMode: 'n', ExtraHosts: ['me:host-gateway', 'x:1.2.3.4'] } });
    const old = await podman([created, network]);
    await old.engine.createContainer('x', hosts);
    expect(sent(old.calls)).toMatchObject({ HostConfig: { ExtraHosts: ['me:10.9.0.1', 'x:1.2.3.4'] } });
    const newer = await podman([created, network], '4.7.0');
    await newer.engine.createContainer('x', hosts);
    expect(sent(newer.calls)).toMatchObject({ HostConfig: { ExtraHosts: ['me:host-gateway', 'x:1.2.3.4'] } });
  });

  test('of a range of ports the first is taken that no container has', async () => {
    const rows = [{ Ports: [{ host_port: 39500, container_port: 1, range: 2 }] }];
    const list = { match: /^GET .*libpod\/containers\/json$/, answer: () => ({ body: rows }) };
    const { engine, calls } = await podman([created, list]);
    await engine.createContainer(
      'x',
      body({ HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '39500-39503' }] } } }),
    );
    const [[binding]] = Object.values((sent(calls) as ContainerBody).HostConfig.PortBindings ?? {}) as [
      { HostPort: string }[],
    ];
    expect(Number(binding?.HostPort)).toBeGreaterThanOrEqual(39502);
  });

  test('a link to another name is an alias; one that is there already costs nothing', async () => {
    const target = {
      Name: '/db-1',
      NetworkSettings: { Networks: { n: { Aliases: ['db'], IPAddress: '10.0.0.7' } } },
    };
    const { engine, calls } = await podman([
      created,
      { match: /^GET \/containers\/db-1\/json$/, answer: () => ({ body: target }) },
      { match: /^POST \/networks/, answer: () => ({}) },
    ]);
    const linked = (alias: string) =>
      body({
        HostConfig: { NetworkMode: 'n', Links: [`db-1:${alias}`] },
        NetworkingConfig: { EndpointsConfig: { n: {} } },
      });
    expect((await engine.createContainer('x', linked('db'))).warnings).toEqual([]);
    expect(calls.some(({ call }) => call.includes('/networks/'))).toBe(false);
    expect((await engine.createContainer('x', linked('database'))).warnings).toHaveLength(1);
    expect(calls.at(-1)).toMatchObject({
      call: 'POST /networks/n/connect',
      body: { EndpointConfig: { Aliases: ['db', 'database'], IPAMConfig: { IPv4Address: '10.0.0.7' } } },
    });
  });

  test('the owner of copied files is never given away', async () => {
    const { engine, calls } = await podman([{ match: /^PUT/, answer: () => ({}) }]);
    await engine.putArchive('x', '/', Buffer.from('tar'), { copyUidGid: true });
    expect(calls.at(-1)?.url.searchParams.has('copyUIDGID')).toBe(false);
  });
});

test('Docker before API 1.44 gets one network, then the others', async () => {
  const { host, calls } = await fakeEngine([created, { match: /^POST \/networks/, answer: () => ({}) }]);
  const world = { environment: {}, home: '/nonexistent', uid: 0, platform: 'linux' } as const;
  const engine = await openEndpoint({ name: 'x', address: host, reason: 'test' }, world);
  const EndpointsConfig = { a: {}, b: { Aliases: ['x'] } };
  await engine.createContainer(
    'x',
    body({ HostConfig: { NetworkMode: 'b' }, NetworkingConfig: { EndpointsConfig } }),
  );
  expect(sent(calls)).toMatchObject({ NetworkingConfig: { EndpointsConfig: { b: { Aliases: ['x'] } } } });
  expect(calls.at(-1)).toMatchObject({ call: 'POST /networks/a/connect', body: { Container: 'new' } });
});
