import { describe, expect, test } from 'vitest';
import { pathStat, posixMode } from '../../src/engine/client/archive.ts';
import { readEvent } from '../../src/engine/client/events.ts';
import { hasLabel, matches } from '../../src/engine/client/filters.ts';
import { containerStats } from '../../src/engine/client/stats.ts';
import { jsonValues } from '../../src/engine/http/lines.ts';
import { joined } from '../../src/engine/podman/list.ts';
import { containerDetails } from '../../src/engine/read/details.ts';
import { networkSummary } from '../../src/engine/read/objects.ts';
import { containerSummary } from '../../src/engine/read/summary.ts';
import { registryOf, splitReference } from '../../src/engine/reference.ts';

const line = (type: string, action: string, more = '') =>
  `{"Type":"${type}","Action":"${action}","Actor":{"ID":"abc","Attributes":{"name":"web"}}${more},"time":1795501758,"timeNano":1795501758156625339}`;

describe('events', () => {
  test.each([
    ['container', 'die', 'die', ''],
    ['container', 'died', 'die', ''],
    ['container', 'remove', 'destroy', ''],
    ['volume', 'remove', 'destroy', ''],
    ['image', 'remove', 'delete', ''],
    ['container', 'exec_died', 'exec_die', ''],
    ['container', 'health_status: unhealthy', 'health_status', 'unhealthy'],
    ['container', 'exec_create: sh -c echo a:b', 'exec_create', 'sh -c echo a:b'],
  ])('%s %s', (type, action, expected, detail) => {
    expect(readEvent(line(type, action))).toMatchObject({ type, action: expected, detail, id: 'abc' });
  });

  test('times keep their nanoseconds', () => {
    expect(readEvent(line('container', 'start'))?.timeNano).toBe(1795501758156625339n);
  });

  test('what is no event', () => {
    expect(readEvent('')).toBeUndefined();
    expect(readEvent('{"half":')).toBeUndefined();
  });
});

describe('filters', () => {
  test('labels with and without a value', () => {
    const labels = { project: 'shop', empty: '', formula: 'a=b' };
    expect(hasLabel(labels, 'project')).toBe(true);
    expect(hasLabel(labels, 'project=shop')).toBe(true);
    expect(hasLabel(labels, 'project=')).toBe(false);
    expect(hasLabel(labels, 'empty=')).toBe(true);
    expect(hasLabel(labels, 'formula=a=b')).toBe(true);
    expect(hasLabel(labels, 'toString')).toBe(false);
  });

  test('all labels have to match, and names are whole ones', () => {
    const labels = { project: 'shop', volume: 'data' };
    expect(matches({ labels: ['project=shop', 'volume=data'] }, [], labels)).toBe(true);
    expect(matches({ labels: ['project=shop', 'volume=other'] }, [], labels)).toBe(false);
    expect(matches({ names: ['web'] }, ['web-1'], labels)).toBe(false);
  });
});

describe('modes', () => {
  test.each([
    [0o644, 0o100644],
    [2 ** 31 + 0o755, 0o040755],
    [2 ** 27 + 0o777, 0o120777],
    [2 ** 23 + 0o755, 0o104755],
    [2 ** 31 + 2 ** 20 + 0o777, 0o041777],
    [2 ** 26 + 2 ** 21 + 0o666, 0o020666],
    [2 ** 25 + 0o600, 0o010600],
  ])('%i', (go, posix) => {
    expect(posixMode(go)).toBe(posix);
  });

  test('only links have a target: Podman gives every path one', () => {
    const header = (mode: number) =>
      Buffer.from(JSON.stringify({ name: 'a', mode, linkTarget: '/a' })).toString('base64');
    expect(pathStat(header(0o644)).linkTarget).toBe('');
    expect(pathStat(header(2 ** 27 + 0o777)).linkTarget).toBe('/a');
  });
});

test('processor use is compared over time; inactive cache is no use of memory', () => {
  const sample = (read: string, total: number) => ({
    id: 'abc',
    name: '/web',
    read,
    cpu_stats: { cpu_usage: { total_usage: total } },
    memory_stats: { usage: 1000, limit: 5000, stats: { inactive_file: 400 } },
    networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'Read', value: 7 },
        { op: 'write', value: 9 },
      ],
    },
    pids_stats: { current: 3 },
  });
  const before = sample('2026-01-01T00:00:00Z', 1e9);
  expect(containerStats(sample('2026-01-01T00:00:02Z', 2e9), before)).toEqual({
    id: 'abc',
    name: 'web',
    read: '2026-01-01T00:00:02Z',
    cpuPercent: 50,
    memoryUsage: 600,
    memoryLimit: 5000,
    networkRx: 11,
    networkTx: 22,
    blockRead: 7,
    blockWrite: 9,
    pids: 3,
  });
});

test('values of a stream, wherever it is cut', async () => {
  const chunks = ['{"a":1}\n{"b"', ':2}{"c":"}{"}\n', '\n{"d":4}'].map((text) => Buffer.from(text));
  const values: unknown[] = [];
  for await (const value of jsonValues(
    (async function* () {
      yield* chunks;
    })(),
  ))
    values.push(value);
  expect(values).toEqual([{ a: 1 }, { b: 2 }, { c: '}{' }, { d: 4 }]);
});

describe('containers', () => {
  test('a row of the list', () => {
    const row = {
      Id: 'abc',
      Names: ['/other/web', '/web'],
      State: 'exited',
      Status: 'Exited (137) 2 minutes ago',
      Ports: [
        { PrivatePort: 80, Type: 'tcp', IP: '::', PublicPort: 8080 },
        { PrivatePort: 80, Type: 'tcp', IP: '0.0.0.0', PublicPort: 8080 },
      ],
      Labels: null,
    };
    expect(containerSummary(row)).toMatchObject({ name: 'web', exitCode: 137, labels: {}, health: '' });
    expect(containerSummary(row).ports.map(({ hostIp }) => hostIp)).toEqual(['0.0.0.0', '::']);
  });

  test.each([
    ['stopped', 'exited'],
    ['initialized', 'created'],
    ['configured', 'created'],
    ['stopping', 'running'],
  ])('Podman’s state %s is %s', (state, expected) => {
    expect(containerSummary({ State: state }).state).toBe(expected);
  });

  test('Podman’s own row brings back ports, health and exit code', () => {
    const summary = containerSummary({
      State: 'running',
      Status: 'Up 2 seconds',
      Ports: [{ PrivatePort: 90, PublicPort: 8090 }],
    });
    const ports = [{ container_port: 90, host_port: 8090, range: 3, protocol: 'tcp', host_ip: '' }];
    const full = joined(summary, { Status: 'unhealthy', Ports: ports });
    expect(full).toMatchObject({ health: 'unhealthy', status: 'Up 2 seconds (unhealthy)' });
    expect(full.ports.map(({ port, hostPort }) => [port, hostPort])).toEqual([
      [90, 8090],
      [91, 8091],
      [92, 8092],
    ]);
  });

  test('inspect in Podman’s spelling reads as in Docker’s', () => {
    const details = containerDetails({
      Id: 'abc',
      Name: '/web',
      Image: 'a'.repeat(64),
      State: { Status: 'stopped', Health: { Status: '' } },
      Config: { Image: 'busybox', Entrypoint: [], StopSignal: '15', Cmd: ['sh'], Env: null },
      HostConfig: { Ulimits: [{ Name: 'RLIMIT_NOFILE', Soft: 1, Hard: 2 }] },
      NetworkSettings: { Ports: { '80/tcp': [{ HostIp: '', HostPort: '8080' }], '81/tcp': null } },
    });
    expect(details.imageId).toBe(`sha256:${'a'.repeat(64)}`);
    expect(details.state).toMatchObject({ status: 'exited', health: undefined });
    expect(details.body).toMatchObject({ Entrypoint: null, StopSignal: 'SIGTERM', Env: [] });
    expect(details.body.HostConfig.Ulimits).toEqual([{ Name: 'nofile', Soft: 1, Hard: 2 }]);
    expect(details.ports).toEqual([
      { hostIp: '', hostPort: 8080, port: 80, protocol: 'tcp' },
      { hostIp: '', hostPort: undefined, port: 81, protocol: 'tcp' },
    ]);
  });

  test('a network without anything', () => {
    expect(networkSummary({ Id: 'n', Name: 'x', IPAM: null })).toMatchObject({
      containers: [],
      ipam: { Config: [] },
    });
  });
});

test.each([
  ['busybox', 'busybox', 'latest', 'docker.io'],
  ['busybox:1.36', 'busybox', '1.36', 'docker.io'],
  ['localhost:5000/a/b', 'localhost:5000/a/b', 'latest', 'localhost:5000'],
  ['ghcr.io/a/b:c@sha256:d', 'ghcr.io/a/b', 'sha256:d', 'ghcr.io'],
  ['a/b', 'a/b', 'latest', 'docker.io'],
  ['index.docker.io/library/a', 'index.docker.io/library/a', 'latest', 'docker.io'],
])('reference %s', (reference, name, tag, registry) => {
  expect(splitReference(reference)).toEqual({ name, tag });
  expect(registryOf(reference)).toBe(registry);
});
