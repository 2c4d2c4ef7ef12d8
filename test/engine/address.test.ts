import { describe, expect, test } from 'vitest';
import { EngineError } from '../../src/diagnostic/errors.ts';
import { readAddress } from '../../src/engine/address.ts';

describe('addresses', () => {
  test.each([
    ['unix:///var/run/docker.sock', { kind: 'unix', path: '/var/run/docker.sock' }],
    ['/run/x.sock', { kind: 'unix', path: '/run/x.sock', text: 'unix:///run/x.sock' }],
    ['tcp://10.0.0.5:2376', { kind: 'tcp', host: '10.0.0.5', port: 2376, tls: true, prefix: '' }],
    ['tcp://10.0.0.5', { kind: 'tcp', port: 2375, tls: false }],
    ['10.0.0.5:2375', { kind: 'tcp', host: '10.0.0.5', port: 2375, text: 'tcp://10.0.0.5:2375' }],
    ['tcp://[::1]:2375/behind/', { kind: 'tcp', host: '::1', prefix: '/behind' }],
    ['https://engine.example', { kind: 'tcp', port: 443, tls: true }],
    ['http://engine.example', { kind: 'tcp', port: 80, tls: false }],
    [
      'ssh://me@host:2222/run/p.sock',
      { kind: 'ssh', user: 'me', host: 'host', port: 2222, path: '/run/p.sock' },
    ],
    ['ssh://host', { kind: 'ssh', user: '', port: undefined, path: undefined }],
  ])('%s', (text, expected) => {
    expect(readAddress(text, 'linux')).toMatchObject(expected);
  });

  test('a named pipe is for Windows', () => {
    const text = 'npipe:////./pipe/docker_engine';
    expect(() => readAddress(text, 'linux')).toThrow(/Windows only/);
    expect(readAddress(text, 'win32')).toMatchObject({ kind: 'unix', path: '\\\\.\\pipe\\docker_engine' });
  });

  test.each(['', 'unix://relative', 'tcp://', 'ftp://host', 'ssh://me:secret@host'])(
    '%j is refused',
    (text) => {
      expect(() => readAddress(text, 'linux')).toThrow(EngineError);
    },
  );
});
