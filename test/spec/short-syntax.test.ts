import { expect, test } from 'vitest';
import { parsePort } from '../../src/spec/expand/ports.ts';
import { parseVolume } from '../../src/spec/expand/volumes.ts';

test('ports', () => {
  expect(parsePort('127.0.0.1::80/UDP')).toEqual([
    { mode: 'ingress', host_ip: '127.0.0.1', target: 80, protocol: 'udp' },
  ]);
  expect(parsePort('[::1]:81:80')).toMatchObject([{ host_ip: '::1', published: '81', target: 80 }]);
  expect(parsePort('8000-9000:80')).toMatchObject([{ published: '8000-9000', target: 80 }]);
  expect(parsePort('90-91:80-81')).toMatchObject([{ published: '90' }, { published: '91' }]);
});

test.each(['80:', '90-91:80-82', '99999', 'host:80:80', '80-70', ':abc', '[::1:80:80'])(
  'the port %s is refused',
  (text) => {
    expect(parsePort(text)).toBeTypeOf('string');
  },
);

test('volumes', () => {
  expect(parseVolume('data:/d:ro')).toEqual({
    type: 'volume',
    source: 'data',
    target: '/d',
    read_only: true,
    volume: {},
  });
  expect(parseVolume('./a:/b:z')).toMatchObject({
    type: 'bind',
    bind: { selinux: 'z', create_host_path: true },
  });
  expect(parseVolume('v:/data')).toMatchObject({ type: 'volume', target: 'v:/data' });
  expect(parseVolume('${DIR:-./data}:/d:ro')).toMatchObject({ source: '${DIR:-./data}', target: '/d' });
  expect(parseVolume('${A:-${B:-c}}')).toMatchObject({ target: '${A:-${B:-c}}' });
  expect(parseVolume('/a')).toEqual({ type: 'volume', target: '/a' });
});

test.each(['', ':/x', '/foo::ro', 'a1:b1:ro:x'])('the volume %j is refused', (text) => {
  expect(parseVolume(text)).toBeTypeOf('string');
});
