import { expect, test } from 'vitest';
import type { Service } from '../../src/model/service.ts';
import { containerBody } from '../../src/translate/container.ts';
import { isAtLeast } from '../../src/translate/version.ts';
import { inputOf, old } from './bodies.ts';

test.each<readonly [Service, string]>([
  [
    { healthcheck: { test: ['CMD', 'x'], start_interval: '1s', start_period: '1m' } },
    'healthcheck.start_interval',
  ],
  [{ annotations: { a: 'b' } }, 'annotations'],
  [
    {
      volumes: [
        { type: 'bind', source: '/a', target: '/b', read_only: true, bind: { recursive: 'readonly' } },
      ],
    },
    'volumes.bind.recursive',
  ],
  [{ networks: { default: { gw_priority: 1 } } }, 'networks.gw_priority'],
  [{ networks: { default: { interface_name: 'eth1' } } }, 'networks.interface_name'],
  [{ networks: { back: null, default: { mac_address: '02:00:00:00:00:01' } } }, 'mac_address on network'],
])('an old engine warns of %j', (service, attribute) => {
  const { warnings } = containerBody(inputOf(service, { facts: old }));
  expect(warnings).toEqual([expect.stringContaining(attribute)]);
  expect(containerBody(inputOf(service)).warnings).toEqual([]);
});

test.each<Service>([
  { volumes: [{ type: 'volume', source: 'data', target: '/d', volume: { subpath: 'x' } }] },
  { volumes: [{ type: 'image', source: 'i', target: '/d' }] },
  { volumes: [{ type: 'cluster', source: 'c', target: '/d' }] },
])('an old engine is refused %j', (service) => {
  const refusal = expect.objectContaining({ code: 'TSC310', exit: 3 });
  expect(() => containerBody(inputOf(service, { facts: old }))).toThrow(refusal);
  expect(() => containerBody(inputOf(service))).not.toThrow();
});

test.each<readonly [Service, string]>([
  [{ deploy: { resources: {}, placement: { constraints: ['a==b'] } } }, 'deploy.placement'],
  [{ deploy: { resources: {}, placement: {}, endpoint_mode: 'vip' } }, 'deploy.endpoint_mode'],
  [{ deploy: { resources: { reservations: { cpus: 1 } }, placement: {} } }, 'reservations.cpus'],
  [{ credential_spec: { file: 'c.json' } }, 'credential_spec'],
  [{ volumes_from: ['db:ro'] }, 'volumes_from'],
])('%j has no effect on any engine, and that is said', (service, attribute) => {
  expect(containerBody(inputOf(service)).warnings).toEqual([expect.stringContaining(attribute)]);
});

test('versions are compared as numbers', () => {
  expect(isAtLeast('1.41', '1.9')).toBe(true);
  expect(isAtLeast('1.41', '1.41')).toBe(true);
  expect(isAtLeast('1.41', '1.44')).toBe(false);
  expect(isAtLeast('2', '1.44')).toBe(true);
});
