import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError, UserError } from '../../src/diagnostic/errors.ts';
import type { Endpoint, Surroundings } from '../../src/engine/endpoints/endpoint.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { findEngine, nothingFound } from '../../src/engine/find.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'find-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const put = (path: string, content: unknown) => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), typeof content === 'string' ? content : JSON.stringify(content));
};

const world = (more: Partial<Surroundings> = {}): Surroundings => ({
  environment: { TSCOMPOSE_STATE: join(home, 'state'), ...more.environment },
  home,
  uid: 1000,
  platform: 'linux',
  host: more.host,
  context: more.context,
});

const context = (name: string, docker: object, files: Record<string, string> = {}) => {
  const id = createHash('sha256').update(name).digest('hex');
  put(`.docker/contexts/meta/${id}/meta.json`, { Name: name, Metadata: {}, Endpoints: { docker } });
  for (const [file, text] of Object.entries(files)) put(`.docker/contexts/tls/${id}/docker/${file}`, text);
};

/** Finds with a world in which engines answer at these addresses only. */
async function find(surroundings: Surroundings, answering: readonly string[]) {
  const asked: Endpoint[] = [];
  const finding = await findEngine(surroundings, async (endpoint) => {
    asked.push(endpoint);
    if (answering.includes(endpoint.address)) return { name: endpoint.name } as Engine;
    throw new EngineError('unreachable', 'GET /_ping', `${endpoint.address}: nothing listens there`);
  });
  return { ...finding, asked };
}

describe('an engine that the user chose', () => {
  test('--host comes before DOCKER_HOST and the current context', async () => {
    put('.docker/config.json', { currentContext: 'there' });
    context('there', { Host: 'tcp://there:2375' });
    const environment = { DOCKER_HOST: 'unix:///b' };
    const { endpoint } = await find(world({ host: 'unix:///a', environment }), ['unix:///a', 'unix:///b']);
    expect(endpoint).toMatchObject({ address: 'unix:///a', reason: '--host' });
  });

  test('--context comes before DOCKER_HOST, which comes before DOCKER_CONTEXT', async () => {
    context('one', { Host: 'unix:///one' });
    context('two', { Host: 'unix:///two' });
    const environment = { DOCKER_HOST: 'unix:///b', DOCKER_CONTEXT: 'two' };
    const all = ['unix:///one', 'unix:///two', 'unix:///b'];
    expect((await find(world({ context: 'one', environment }), all)).endpoint?.address).toBe('unix:///one');
    expect((await find(world({ environment }), all)).endpoint?.address).toBe('unix:///b');
    const { endpoint } = await find(world({ environment: { DOCKER_CONTEXT: 'two' } }), all);
    expect(endpoint).toMatchObject({ name: 'two', address: 'unix:///two', reason: 'DOCKER_CONTEXT' });
  });

  test('the current context with its TLS material', async () => {
    put('.docker/config.json', { currentContext: 'far' });
    context(
      'far',
      { Host: 'tcp://far:2376', SkipTLSVerify: false },
      { 'ca.pem': 'CA', 'cert.pem': 'C', 'key.pem': 'K' },
    );
    const { endpoint } = await find(world(), ['tcp://far:2376']);
    expect(endpoint).toMatchObject({ name: 'far', tls: { ca: 'CA', cert: 'C', key: 'K', verify: true } });
  });

  test('the folder of the configuration can be another one', async () => {
    put('other/config.json', { currentContext: 'default' });
    const environment = { DOCKER_CONFIG: join(home, 'other') };
    const { attempts } = await find(world({ environment }), []);
    expect(attempts).toContainEqual(
      expect.objectContaining({ strategy: 'docker context', outcome: 'declined' }),
    );
  });

  test('no other engine is used when it is down', async () => {
    put('.docker/run/docker.sock', '');
    const rootless = `unix://${join(home, '.docker/run/docker.sock')}`;
    const down = await find(world({ environment: { DOCKER_HOST: 'unix:///gone' } }), [rootless]);
    expect(down.engine).toBeUndefined();
    expect(down.asked).toHaveLength(1);
    expect(nothingFound(down, [])).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('unix:///gone'),
      hint: expect.stringContaining('DOCKER_HOST'),
    });
  });

  test('an unknown context names the known ones', async () => {
    context('alpha', { Host: 'unix:///a' });
    context('beta', { Host: 'unix:///b' });
    await expect(find(world({ context: 'gamma' }), [])).rejects.toMatchObject({
      kind: 'not-found',
      hint: 'known contexts: alpha, beta',
    });
  });

  test('--host and --context together are a mistake', async () => {
    await expect(find(world({ host: 'unix:///a', context: 'b' }), [])).rejects.toThrow(UserError);
  });

  test('TLS by variables is for tcp only', async () => {
    put('certs/ca.pem', 'CA');
    const tls = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(home, 'certs') };
    const tcp = await find(world({ environment: { ...tls, DOCKER_HOST: 'tcp://h:1' } }), ['tcp://h:1']);
    expect(tcp.endpoint?.tls).toEqual({ ca: 'CA', verify: true });
    const unix = await find(world({ environment: { ...tls, DOCKER_HOST: 'unix:///s' } }), ['unix:///s']);
    expect(unix.endpoint).not.toHaveProperty('tls');
  });
});

describe('engines that are just there', () => {
  test('sockets are asked in order until one answers', async () => {
    put('run/docker.sock', '');
    put('run/podman/podman.sock', '');
    put('.colima/default/docker.sock', '');
    const environment = { XDG_RUNTIME_DIR: join(home, 'run') };
    const colima = `unix://${join(home, '.colima/default/docker.sock')}`;
    const { endpoint, asked, attempts } = await find(world({ environment }), [colima]);
    expect(endpoint).toMatchObject({ name: 'colima' });
    const own = asked.map(({ name, address }) => (address.includes(home) ? name : 'system'));
    expect(own.filter((name) => name !== 'system')).toEqual(['rootless', 'podman', 'colima']);
    expect(attempts.at(-1)).toMatchObject({ outcome: 'not asked' });
  });

  test.each([
    ['.docker/desktop/docker.sock', 'desktop'],
    ['.orbstack/run/docker.sock', 'orbstack'],
    ['.rd/docker.sock', 'rancher'],
    ['state/docker/docker.sock', 'private'],
    ['state/podman/podman.sock', 'podman'],
  ])('%s is %s', async (path, name) => {
    put(path, '');
    const { endpoint } = await find(world(), [`unix://${join(home, path)}`]);
    expect(endpoint?.name).toBe(name);
  });

  test('when nothing answers, the error names every strategy and the ways out', async () => {
    const error = nothingFound(await find(world(), []), ['do this', 'or that']);
    for (const text of [
      '--host: not given',
      'DOCKER_HOST: not set',
      'docker context:',
      'Podman:',
      'desktop applications:',
    ]) {
      expect(error.message).toContain(text);
    }
    expect(error.hint).toBe('do this\n  or that');
  });
});
