import { describe, expect, test } from 'vitest';
import type { Service } from '../../src/model/service.ts';
import { containerBody } from '../../src/translate/container.ts';
import { networkBody } from '../../src/translate/network.ts';
import { volumeBody } from '../../src/translate/volume.ts';
import { inputOf, newest, old, project } from './bodies.ts';

const both: Service = { networks: { default: null, back: { priority: 5, aliases: ['x'] } } };
const onBack = { Aliases: ['p-app-1', 'app', 'x'] };
const onDefault = { Aliases: ['p-app-1', 'app'] };

describe('attachments', () => {
  test('a new engine takes all networks at creation, the one of highest priority as the mode', () => {
    const { body, connect } = containerBody(inputOf(both));
    expect(body.HostConfig.NetworkMode).toBe('other');
    expect(body.NetworkingConfig?.EndpointsConfig).toEqual({ other: onBack, p_default: onDefault });
    expect(connect).toEqual([]);
  });

  test('an old engine takes one; the others are connected', () => {
    const { body, connect } = containerBody(inputOf(both, { facts: old }));
    expect(body.NetworkingConfig?.EndpointsConfig).toEqual({ other: onBack });
    expect(connect).toEqual([{ network: 'p_default', endpoint: onDefault }]);
  });

  test.each([
    ['host', 'host'],
    ['none', 'none'],
    ['service:db', 'container:id-of-db'],
    ['container:abc', 'container:abc'],
  ])('network_mode %s', (network_mode, mode) => {
    const { body } = containerBody(inputOf({ network_mode }));
    expect(body.HostConfig.NetworkMode).toBe(mode);
    expect(body.NetworkingConfig).toBeUndefined();
  });

  test('a shared namespace needs a container to share', () => {
    const input = inputOf({ network_mode: 'service:db' }, { containerOf: () => undefined });
    expect(() => containerBody(input)).toThrow(expect.objectContaining({ code: 'TSC306' }));
  });

  test('a project without networks gives none', () => {
    const { body } = containerBody(inputOf({ networks: {} }));
    expect(body.HostConfig.NetworkMode).toBe('none');
  });

  test('a one-off is known by its own name only', () => {
    const { body } = containerBody(inputOf({}, { number: 0, name: 'p-app-run-1' }));
    expect(body.NetworkingConfig?.EndpointsConfig['p_default']).toEqual({ Aliases: ['p-app-run-1'] });
    expect(body.Labels['com.docker.compose.oneoff']).toBe('True');
    expect(body.Labels).not.toHaveProperty('com.docker.compose.container-number');
  });

  test('a MAC address belongs to the first network; old engines take it for the container', () => {
    const service: Service = { ...both, mac_address: '02:00:00:00:00:01' };
    const modern = containerBody(inputOf(service)).body;
    expect(modern.NetworkingConfig?.EndpointsConfig['other']?.MacAddress).toBe('02:00:00:00:00:01');
    expect(modern.MacAddress).toBeUndefined();
    expect(containerBody(inputOf(service, { facts: old })).body.MacAddress).toBe('02:00:00:00:00:01');
  });

  test('links name each replica in three ways', () => {
    const linked = () => [{ name: 'p-db-2', number: 2 }];
    const service: Service = { links: ['db:sql'], external_links: ['far:near', 'far'] };
    const links = ['p-db-2:sql', 'p-db-2:db-2', 'p-db-2:p-db-2', 'far:near', 'far:far'];
    const { body } = containerBody(inputOf(service, { linked }));
    expect(body.HostConfig.Links).toEqual(links);
    expect(body.NetworkingConfig?.EndpointsConfig['p_default']?.Links).toEqual(links);
  });

  test('addresses and options of an endpoint', () => {
    const config = {
      ...{ ipv4_address: '10.0.0.2', ipv6_address: 'fd::2', link_local_ips: ['169.254.1.1'] },
      ...{ driver_opts: { a: 'b' }, interface_name: 'eth7', gw_priority: 3 },
    };
    const { body } = containerBody(inputOf({ networks: { default: config } }));
    expect(body.NetworkingConfig?.EndpointsConfig['p_default']).toMatchObject({
      IPAMConfig: { IPv4Address: '10.0.0.2', IPv6Address: 'fd::2', LinkLocalIPs: ['169.254.1.1'] },
      DriverOpts: { a: 'b', 'com.docker.network.endpoint.ifname': 'eth7' },
      GwPriority: 3,
    });
  });
});

test('a network’s body', () => {
  const ipam = {
    driver: 'default',
    config: [
      {
        subnet: '10.0.0.0/8',
        gateway: '10.0.0.1',
        ip_range: '10.1.0.0/16',
        aux_addresses: { a: '10.0.0.9' },
      },
    ],
    options: { o: '1' },
  };
  const network = {
    ...{ name: 'n', driver: 'bridge', driver_opts: { x: 'y' }, internal: true, attachable: true },
    ...{ enable_ipv4: false, enable_ipv6: true, labels: { l: '1' }, ipam },
  };
  const made = networkBody({ project: { ...project, networks: { n: network } }, key: 'n', facts: newest });
  expect(made).toEqual({
    Name: 'n',
    Driver: 'bridge',
    Options: { x: 'y' },
    Internal: true,
    Attachable: true,
    EnableIPv4: false,
    EnableIPv6: true,
    IPAM: {
      Driver: 'default',
      Config: [
        {
          Subnet: '10.0.0.0/8',
          IPRange: '10.1.0.0/16',
          Gateway: '10.0.0.1',
          AuxiliaryAddresses: { a: '10.0.0.9' },
        },
      ],
      Options: { o: '1' },
    },
    Labels: { l: '1', 'com.docker.compose.network': 'n', 'com.docker.compose.project': 'p' },
  });
  expect(() =>
    networkBody({ project: { ...project, networks: { n: network } }, key: 'n', facts: old }),
  ).toThrow('enable_ipv4');
});

test('a volume’s body', () => {
  const volumes = { v: { name: 'n', driver: 'local', driver_opts: { type: 'nfs' }, labels: { l: '1' } } };
  expect(volumeBody({ project: { ...project, volumes }, key: 'v', labels: { h: '2' } })).toEqual({
    Name: 'n',
    Driver: 'local',
    DriverOpts: { type: 'nfs' },
    Labels: { l: '1', h: '2', 'com.docker.compose.project': 'p', 'com.docker.compose.volume': 'v' },
  });
});
