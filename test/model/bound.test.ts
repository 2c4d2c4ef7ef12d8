import { expect, test } from 'vitest';
import { boundTo } from '../../src/model/bound.ts';
import type { Service } from '../../src/model/service.ts';

const ids: Readonly<Record<string, string>> = { a: 'a1', b: 'b1' };

test.each<[string, Service, Service]>([
  [
    'namespaces',
    { network_mode: 'service:a', ipc: 'service:b', pid: 'service:a' },
    { network_mode: 'container:a1', ipc: 'container:b1', pid: 'container:a1' },
  ],
  [
    'what is no service',
    { network_mode: 'host', ipc: 'shareable' },
    { network_mode: 'host', ipc: 'shareable' },
  ],
  [
    'volumes, without modes',
    { volumes_from: ['a:ro', 'b', 'container:x:ro'] },
    { volumes_from: ['a1', 'b1', 'x'] },
  ],
  [
    'a service that has no container',
    { pid: 'service:c', volumes_from: ['c:ro'] },
    { pid: 'service:c', volumes_from: ['c:ro'] },
  ],
  ['all else', { image: 'x', links: ['a'] }, { image: 'x', links: ['a'] }],
])('%s', (_, service, bound) => {
  expect(boundTo(service, (name) => ids[name])).toEqual(bound);
});
