import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { networkHash, serviceHash, volumeHash } from '../../src/model/hash.ts';
import { networkShape, serviceShape } from '../../src/model/key-order.ts';
import type { Service } from '../../src/model/service.ts';
import { encode } from '../../src/model/shape.ts';

const text = (service: Service): string => encode(service, serviceShape);
const empty = '{"command":null,"entrypoint":null}';

describe('what is hashed of a service', () => {
  const rows: readonly [string, Service, string][] = [
    ['command and entrypoint are written even if unset', {}, empty],
    ['an empty command is not an unset one', { command: [] }, '{"command":[],"entrypoint":null}'],
    [
      'the order is fixed, not that of the model',
      { image: 'a', cap_add: ['X'], attach: false },
      '{"attach":false,"cap_add":["X"],"command":null,"entrypoint":null,"image":"a"}',
    ],
    ['x-* is no part of it', { 'x-a': 1 }, empty],
    [
      'keys that look like numbers are sorted as text',
      { labels: { '9': 'a', '10': 'b', '1': 'c' } },
      '{"command":null,"entrypoint":null,"labels":{"1":"c","10":"b","9":"a"}}',
    ],
    [
      'keys are in the order of their bytes',
      { labels: { '\u{1f600}': 'a', '\uff5e': 'b' } },
      '{"command":null,"entrypoint":null,"labels":{"\uff5e":"b","\u{1f600}":"a"}}',
    ],
    [
      'characters of HTML and line separators are escaped',
      { environment: { A: '<a>&\u2028', B: null, C: '' } },
      '{"command":null,"entrypoint":null,"environment":{"A":"\\u003ca\\u003e\\u0026\\u2028","B":null,"C":""}}',
    ],
    [
      'deploy without replicas stays, with its empty parts',
      { deploy: { replicas: 3, resources: {}, placement: {} } },
      '{"command":null,"deploy":{"resources":{},"placement":{}},"entrypoint":null}',
    ],
    [
      'a limit of zero is none',
      { ulimits: { a: 0, b: { soft: 1, hard: 2 }, c: 3 } },
      '{"command":null,"entrypoint":null,"ulimits":{"a":{},"b":{"soft":1,"hard":2},"c":3}}',
    ],
    [
      'a network without settings is null or a mapping, as given',
      { networks: { a: null, b: {}, c: { priority: 0 } } },
      '{"command":null,"entrypoint":null,"networks":{"a":null,"b":{},"c":{}}}',
    ],
    [
      'only a refused host path is written',
      { volumes: [{ type: 'bind', source: '/a', target: '/b', bind: { create_host_path: true } }] },
      '{"command":null,"entrypoint":null,"volumes":[{"type":"bind","source":"/a","target":"/b","bind":{}}]}',
    ],
    [
      'a device without rate has the rate 0',
      { blkio_config: { device_read_bps: [{ Path: '/a' }] } },
      '{"blkio_config":{"device_read_bps":[{"Path":"/a","Rate":"0"}]},"command":null,"entrypoint":null}',
    ],
    [
      'no retries are a number of retries',
      { healthcheck: { test: ['NONE'], retries: 0, start_interval: '0s' } },
      '{"command":null,"entrypoint":null,"healthcheck":{"test":["NONE"],"retries":0,"start_interval":"0s"}}',
    ],
    [
      'a watch rule has an exec even if it has none',
      { develop: { watch: [{ path: '/a', action: 'rebuild' }] } },
      '{"develop":{"watch":[{"path":"/a","action":"rebuild","exec":{"command":null}}]},"command":null,"entrypoint":null}',
    ],
  ];
  test.each(rows)('%s', (_, service, expected) => {
    expect(text(service)).toBe(expected);
  });

  test('what needs no other container leaves the hash as it is', () => {
    const base: Service = { image: 'a' };
    const more: Service = {
      ...base,
      build: { context: '/x' },
      depends_on: { b: { condition: 'service_started', required: true } },
      profiles: ['p'],
      pull_policy: 'always',
      scale: 3,
    };
    expect(serviceHash(more)).toBe(serviceHash(base));
    expect(serviceHash({ ...base, image: 'b' })).not.toBe(serviceHash(base));
  });
});

test('the hash is SHA-256 of that text', () => {
  // printf '{"command":null,"entrypoint":null}' | sha256sum
  expect(serviceHash({})).toBe('f5ca1207e1b7357d1b65934f8fdaf0106447beed286cb0d5a44fb5ab5291da95');
});

test('a volume without driver hashes like one with the driver local', () => {
  expect(volumeHash({ name: 'v' })).toBe(volumeHash({ name: 'v', driver: 'local' }));
  expect(volumeHash({ name: 'v', driver: '' })).toBe(volumeHash({ name: 'v' }));
  expect(volumeHash({ name: 'v', labels: { a: 'b' } })).not.toBe(volumeHash({ name: 'v' }));
});

test('a network is hashed whole', () => {
  const network = { name: 'n', ipam: { config: [{ gateway: '10.0.0.1', subnet: '10.0.0.0/24' }] } };
  expect(encode({ ...network, enable_ipv6: false }, networkShape)).toBe(
    '{"name":"n","ipam":{"config":[{"subnet":"10.0.0.0/24","gateway":"10.0.0.1"}]},"enable_ipv6":false}',
  );
  expect(networkHash({ ...network, internal: true })).not.toBe(networkHash(network));
});

/** Goldens print attributes in docker compose's own order, so what is hashed can be cut out of them. */
const cases = new URL('../../../shared/corpus/cases/', import.meta.url);

describe.skipIf(!existsSync(cases))('against what docker compose prints', () => {
  const goldens = existsSync(cases)
    ? readdirSync(cases).filter((name) => existsSync(new URL(`${name}/expected.json`, cases)))
    : [];

  test('every service, network and volume of the goldens', () => {
    const differing: string[] = [];
    let compared = 0;
    const compare = (path: string, actual: string, value: unknown): void => {
      compared++;
      if (actual !== goJson(value)) differing.push(`${path}\n  ${actual}\n  ${goJson(value)}`);
    };
    for (const name of goldens) {
      const golden = record(JSON.parse(readFileSync(new URL(`${name}/expected.json`, cases), 'utf8')));
      if (isUnnormalised(name)) continue;
      for (const [key, value] of Object.entries(record(golden.services))) {
        const service = record(undouble(value));
        for (const left of ['build', 'pull_policy', 'scale', 'depends_on', 'profiles']) delete service[left];
        if (service.deploy !== undefined) delete record(service.deploy).replicas;
        compare(`${name}: ${key}`, encode(service, serviceShape), service);
      }
      for (const [key, value] of Object.entries(record(golden.networks))) {
        compare(`${name}: network ${key}`, encode(undouble(value), networkShape), undouble(value));
      }
    }
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(1000);
  });
});

/** Options with which `config` prints a rawer model than the one that is hashed. */
function isUnnormalised(name: string): boolean {
  const { configArgs = [] } = JSON.parse(readFileSync(new URL(`${name}/case.json`, cases), 'utf8'));
  return configArgs.some((option: string) => ['--no-interpolate', '--no-normalize'].includes(option));
}

function record(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>;
}

function undouble(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$$', '$');
  if (Array.isArray(value)) return value.map(undouble);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.replaceAll('$$', '$'), undouble(each)]),
  );
}

function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
