import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { dropImage, imageOf, makeImage } from '../support/images.ts';
import { PrivateEngine } from '../support/private-engine.ts';
import { digestOf, hasRegistry, login, startRegistry, type TestRegistry } from '../support/registry.ts';
import { exits, prints, printsNot, service } from './checks.ts';
import { type Scenario, scenario } from './scenario.ts';

let registry: TestRegistry;
let secured: TestRegistry;
let proxy: FaultProxy;

beforeAll(async () => {
  if (!hasRegistry) return;
  registry = await startRegistry();
  proxy = await startFaultProxy(registry);
  secured = await startRegistry({ tls: true, auth: true });
});
afterAll(async () => {
  await proxy?.stop();
  await registry?.stop();
  await secured?.stop();
});

const unlessMissing = { skip: !hasRegistry };

/** An image under a name of the registry, pushed, and gone from the engine again. */
async function published(s: Scenario, tag: string, mark: string, bytes?: number): Promise<string> {
  const name = `${registry.host}/${s.project}:${tag}`;
  await makeImage(s.host, name, { mark, ...(bytes !== undefined && { bytes }) });
  s.file('push.yaml', `services:\n  app:\n    image: ${name}\n    build: .\n`);
  await s.step('push', ['-f', 'push.yaml', 'push'], exits(0), prints(`${name} Pushed`));
  await dropImage(s.host, name);
  return `${registry.host}/${s.project}@${await digestOf(registry, s.project, tag)}`;
}

const onProxy = (s: Scenario, tag: string) => `${proxy.host}/${s.project}:${tag}`;

scenario(
  'an image goes to a registry and comes back, by tag and by digest',
  async (s) => {
    const pinned = await published(s, '1', 'first');
    const name = `${registry.host}/${s.project}:1`;
    s.file(
      'compose.yaml',
      `services:\n  app:\n    image: ${name}\n  pinned:\n    image: ${pinned}\n    stop_grace_period: 0s\n`,
    );
    const told = await s.step('pull', ['--progress', 'json', 'pull', 'app'], exits(0));
    expect(told.stderr, 'layers').toContain(`"parent_id":"Image ${name}"`);
    expect((await imageOf(s.host, name))?.mark).toBe('first');
    expect(pinned).toMatch(/@sha256:[0-9a-f]{64}$/);
    await s.step('up by digest', ['up', '-d', 'pinned'], exits(0), service('pinned', 'running'));
    await dropImage(s.host, name);
  },
  unlessMissing,
);

scenario(
  'an image that is to be pulled every so often is pulled when its time has come',
  async (s) => {
    await published(s, '1', 'first');
    const name = `${registry.host}/${s.project}:1`;
    const file = (policy: string) =>
      s.file('compose.yaml', `services:\n  app:\n    image: ${name}\n    pull_policy: ${policy}\n`);
    file('every_1w2d');
    await s.step('missing', ['create'], exits(0), prints('Pulling'));
    await s.step('young', ['create'], exits(0), printsNot('Pulling'));
    file('every_1s');
    await setTimeout(1_100);
    await s.step('old', ['create'], exits(0), prints('Pulling'));
    file('daily');
    await s.step('asked for', ['pull'], exits(0), prints('Pulled'));
    await s.step('today', ['create'], exits(0), printsNot('Pulling'));
    file('refresh\n    pull_refresh_after: 1h');
    await s.step('within the hour', ['create'], exits(0), printsNot('Pulling'));
    file('refresh');
    await s.step('each time', ['create'], exits(0), prints('Pulling'));
  },
  unlessMissing,
);

scenario(
  'services that are not built are left out of a push; a failed one is named',
  async (s) => {
    const gone = `${registry.host}/${s.project}/gone:1`;
    s.file(
      'compose.yaml',
      `services:\n  db:\n    image: busybox\n  app:\n    image: ${gone}\n    build: .\n`,
    );
    await s.step('push', ['push'], exits(1), prints('db Skipped'), prints('build it first'));
    await s.step('and go on', ['push', '--ignore-push-failures'], exits(0), prints(`not pushed: ${gone}`));
    await s.step('quietly', ['push', '-q', '--ignore-push-failures'], exits(0), prints(gone));
  },
  { ...unlessMissing, engines: ['docker'] },
);

scenario(
  'a private image needs the login of the config, or of a helper',
  async (s) => {
    const name = `${secured.host}/${s.project}:1`;
    await makeImage(s.host, name, { mark: 'private' });
    s.file('compose.yaml', `services:\n  app:\n    image: ${name}\n    build: .\n`);
    await s.step('push as nobody', ['push'], exits(1), prints(/log in/));
    const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    configure(s, { auths: { [secured.host]: { auth } } });
    await s.step('push', ['push'], exits(0));
    await dropImage(s.host, name);
    const helper = `#!/bin/sh\necho '${JSON.stringify({ Username: login.username, Secret: login.password })}'\n`;
    writeFileSync(join(s.folder, 'docker-credential-test'), helper, { mode: 0o755 });
    configure(s, { credHelpers: { [secured.host]: 'test' } });
    await s.step('pull with a helper', ['pull', '--ignore-buildable'], exits(0), prints('can be built'));
    await s.step('pull', ['pull'], exits(0), prints('Pulled'));
    expect((await imageOf(s.host, name))?.mark).toBe('private');
    await dropImage(s.host, name);
  },
  unlessMissing,
);

function configure(s: Scenario, config: object): void {
  const folder = join(s.folder, 'docker');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  s.environment['DOCKER_CONFIG'] = folder;
  s.environment['PATH'] = `${s.folder}:${process.env['PATH']}`;
}

scenario(
  'a registry that fails once is asked again; the other images come meanwhile',
  async (s) => {
    await published(s, '1', 'one');
    s.file(
      'compose.yaml',
      `services:\n  app:\n    image: ${onProxy(s, '1')}\n  none:\n    image: ${onProxy(s, 'none')}\n`,
    );
    // By head and in full: an engine asks for both before it gives up.
    proxy.set({ on: /manifests\/1$/, times: 2, does: { status: 500 } });
    await s.step(
      'pull',
      ['pull'],
      exits(1),
      prints('Pulling again'),
      prints('none Error'),
      prints('1 Pulled'),
    );
    expect(proxy.seen.filter((line) => line.endsWith('/manifests/none')).length).toBeLessThanOrEqual(2);
    await s.step(
      'only what failed is named',
      ['pull', '--ignore-pull-failures'],
      exits(0),
      prints(`not pulled: ${onProxy(s, 'none')}`),
    );
    proxy.set({ on: /manifests\/1$/, does: { status: 500 } });
    await s.step(
      'not for ever',
      ['--pull-retries', '0', 'pull', 'app'],
      exits(1),
      printsNot('Pulling again'),
    );
    await s.step(
      'the image that is there will do',
      ['--pull-retries', '0', 'up', '-d', '--pull', 'prefer-local', 'app'],
      exits(0),
      prints('the image that is there is used'),
      service('app', 'running'),
    );
    await s.step('stop', ['down', '-t', '0'], exits(0));
    await dropImage(s.host, onProxy(s, '1'));
  },
  { ...unlessMissing, engines: ['docker'] },
);

scenario(
  'a registry that has had enough is obeyed: waited for if it says how long, else left in peace',
  async (s) => {
    await published(s, '1', 'one');
    s.file('compose.yaml', `services:\n  app:\n    image: ${onProxy(s, '1')}\n`);
    const limit = (headers: Record<string, string>) => ({ status: 429, headers });
    const tries = () => proxy.seen.filter((line) => line.startsWith('GET') && /manifests/.test(line)).length;
    proxy.set({ on: /manifests/, times: 3, does: limit({ 'Retry-After': '2' }) });
    await s.step('soon', ['pull'], exits(0), prints(/again in 2\.0s/), prints('Pulled'));
    await dropImage(s.host, onProxy(s, '1'));
    const before = tries();
    proxy.set({ on: /manifests/, does: limit({}) });
    await s.step('no word', ['pull'], exits(1), printsNot('Pulling again'), prints(/log in, wait/));
    expect(tries() - before).toBeLessThanOrEqual(1);
    proxy.set();
  },
  { ...unlessMissing, engines: ['docker'] },
);

scenario(
  'a layer that is cut in the middle is fetched again, and one that lies leaves nothing behind',
  async (s) => {
    const digest = await published(s, '1', 'one', 3_000_000);
    const name = onProxy(s, '1');
    s.file('compose.yaml', `services:\n  app:\n    image: ${name}\n`);
    proxy.set({ on: /GET .*\/blobs\//, times: 2, does: { cutAfter: 1_000_000 } });
    await s.step('cut', ['pull'], exits(0), prints('Pulled'));
    expect((await imageOf(s.host, name))?.mark).toBe('one');
    await dropImage(s.host, name);
    proxy.set({ on: /GET .*\/blobs\//, does: { corrupts: true } });
    await s.step('lie', ['pull'], exits(1), prints('nothing was tagged'), printsNot(/^\s+at /m));
    expect(await imageOf(s.host, name)).toBeUndefined();
    proxy.set({ on: /GET .*\/manifests\//, does: { corrupts: true } });
    const pinned = `${proxy.host}/${digest.split('/')[1]}`;
    s.file('compose.yaml', `services:\n  app:\n    image: ${pinned}\n`);
    await s.step('lie about a digest', ['up', '-d'], exits(1), prints('nothing was tagged'), service('app'));
    expect(await imageOf(s.host, pinned)).toBeUndefined();
    proxy.set();
  },
  unlessMissing,
);

scenario(
  'what is at Docker Hub comes through the mirror of the engine; one that is away is told',
  async (s) => {
    const pushed = `${registry.host}/library/${s.project}:1`;
    await makeImage(s.host, pushed, { mark: 'mirrored' });
    s.file('compose.yaml', `services:\n  app:\n    image: ${pushed}\n    build: .\n`);
    await s.step('push', ['push'], exits(0));
    await dropImage(s.host, pushed);
    const config = { 'registry-mirrors': [`http://${proxy.host}`] };
    const engine = await PrivateEngine.openEmpty({ config, shared: true });
    try {
      s.environment['DOCKER_HOST'] = engine.host;
      const name = `${s.project}:1`;
      s.file('compose.yaml', `services:\n  app:\n    image: ${name}\n`);
      await s.step('pull', ['pull'], exits(0), prints(`${name} Pulled`));
      expect(proxy.seen).toContainEqual(expect.stringContaining(`/v2/library/${s.project}/manifests/1`));
      const image = await imageOf(engine.host, name);
      expect(image?.mark).toBe('mirrored');
      await s.step('lock', ['lock'], exits(0), prints(`+ ${name}`));
      await dropImage(engine.host, name);
      await s.step('what is locked', ['--locked', 'pull'], exits(0), prints('Pulled'));
      await dropImage(engine.host, image?.id ?? '');
      proxy.set({ on: /./, does: { status: 503 } });
      const without = ['--pull-retries', '0', 'pull'];
      await s.step('the mirror is away', without, exits(1), prints(name), prints(/hint: /));
      expect(await imageOf(engine.host, name)).toBeUndefined();
    } finally {
      proxy.set();
      await engine.close();
    }
  },
  { skip: !hasRegistry || process.getuid?.() !== 0, engines: ['docker'] },
);

scenario(
  'an engine whose disk is full says so, and has nothing of the image',
  async (s) => {
    await published(s, '1', 'big', 30_000_000);
    const small = await PrivateEngine.openEmpty({ disk: '24m', shared: true });
    try {
      const name = `${registry.host}/${s.project}:1`;
      s.file('compose.yaml', `services:\n  app:\n    image: ${name}\n`);
      s.environment['DOCKER_HOST'] = small.host;
      await s.step('pull', ['up', '-d'], exits(1), prints('no space left'), prints('free space'));
      expect(await imageOf(small.host, name)).toBeUndefined();
    } finally {
      await small.close();
    }
  },
  { skip: !hasRegistry || process.getuid?.() !== 0, engines: ['docker'] },
);
