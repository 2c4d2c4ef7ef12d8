import { expect, test } from 'vitest';
import { agree, negotiate, newestApi } from '../../src/engine/negotiate.ts';
import { fakeEngine } from './fake-server.ts';

test.each([
  ['1.41', '', '1.41'],
  ['1.99', '', newestApi],
  ['1.45', '1.43', '1.43'],
  ['1.41', 'v1.44', '1.41'],
])('the engine offers %s, the user wants %j: %s', (offered, wanted, version) => {
  expect(agree(offered, { address: 'unix:///s', wanted })).toBe(version);
});

test('too old, and no engine at all', () => {
  expect(() => agree('1.39', { address: 'a' })).toThrow(/at least 1\.40/);
  expect(() => agree('', { address: 'a' })).toThrow(/not a container engine/);
  expect(() => agree('1.41', { address: 'a', wanted: '1.30' })).toThrow(/DOCKER_API_VERSION/);
});

test('a local Docker is known by one request', async () => {
  const { transport, host, calls } = await fakeEngine([]);
  const facts = await negotiate(transport, { address: host, local: true });
  expect(facts).toMatchObject({
    kind: 'docker',
    version: '20.10.24',
    apiVersion: '1.41',
    os: 'linux',
    address: host,
  });
  expect(calls.map(({ call }) => call)).toEqual(['GET /_ping']);
});

test('Podman tells itself by a header', async () => {
  const headers = { 'Api-Version': '1.41', 'Libpod-Api-Version': '4.3.1', Server: 'Libpod/4.3.1 (linux)' };
  const { transport, host } = await fakeEngine([], headers);
  expect(await negotiate(transport, { address: host, local: true })).toMatchObject({
    kind: 'podman',
    version: '4.3.1',
  });
});

test('an engine elsewhere is asked for its architecture too', async () => {
  const answer = () => ({ body: { Version: '27.0', ApiVersion: '1.46', Arch: 'riscv64', Os: 'linux' } });
  const { transport } = await fakeEngine([{ match: /^GET \/version$/, answer }], { 'Api-Version': '1.46' });
  const facts = await negotiate(transport, { address: 'tcp://far:2375', local: false });
  expect(facts).toMatchObject({ arch: 'riscv64', version: '27.0', apiVersion: '1.46' });
});
