import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { image } from '../../support/built-images.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { dropImage, makeImage } from '../../support/images.ts';
import { PrivateEngine } from '../../support/private-engine.ts';
import { hasRegistry, startRegistry, type TestRegistry } from '../../support/registry.ts';
import { exits, prints } from '../checks.ts';
import { withBuilders } from './builders.ts';

let registry: TestRegistry;
let proxy: FaultProxy;
beforeAll(async () => {
  if (!hasRegistry) return;
  registry = await startRegistry();
  proxy = await startFaultProxy(registry);
});
afterAll(async () => {
  await proxy?.stop();
  await registry?.stop();
});

const mebibyte = 1024 * 1024;

withBuilders('a large context goes through little memory', async ({ one, builder }) => {
  one.file('app/big', '');
  truncateSync(join(one.folder, 'app/big'), 300 * mebibyte);
  const step = builder === 'BuildKit' ? 'RUN --mount=type=bind,target=/c test -s /c/big' : 'RUN true';
  one.file('app/Dockerfile', `FROM busybox\n${step}\n`);
  one.file('compose.yaml', 'services: {app: {build: app}}\n');
  let most = 0;
  const ended = await one.tscompose(['build'], {
    started: (child) => {
      const timer = setInterval(() => {
        most = Math.max(most, residentBytes(child.pid!));
      }, 50);
      child.once('exit', () => clearInterval(timer));
    },
  });
  expect(ended.code, ended.stderr).toBe(0);
  expect(most).toBeGreaterThan(10 * mebibyte);
  expect(most).toBeLessThan(200 * mebibyte);
});

/** The most memory that a process has held so far; 0 for one that has ended. */
function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

withBuilders(
  'an engine whose disk is full says so, and has nothing of the image',
  async ({ one }) => {
    const small = await PrivateEngine.openEmpty({ disk: '32m' });
    try {
      one.environment['DOCKER_HOST'] = small.host;
      one.file('app/big', '');
      truncateSync(join(one.folder, 'app/big'), 60 * mebibyte);
      one.file('app/Dockerfile', 'FROM scratch\nCOPY . /\n');
      one.file('compose.yaml', 'services: {app: {build: app}}\n');
      await one.step(
        'build',
        ['build'],
        exits(1),
        prints(/no space left on device/i),
        prints(/hint: .*docker builder prune/),
      );
      expect(await image(small.host, `${one.project}-app`)).toBeUndefined();
    } finally {
      await small.close();
    }
  },
  process.getuid?.() === 0 ? ['BuildKit', 'classic'] : [],
);

withBuilders(
  'a registry that lies about the image that a build starts from leaves nothing behind',
  async ({ one }) => {
    const [name, seen] = [`${registry.host}/${one.project}:1`, `${proxy.host}/${one.project}:1`];
    await makeImage(one.host, name, { mark: 'base', bytes: 100_000 });
    one.file('push.yaml', `services: {app: {image: "${name}", build: .}}\n`);
    await one.step('push', ['-f', 'push.yaml', 'push', '-q'], exits(0));
    await dropImage(one.host, name);
    one.file('app/Dockerfile', `FROM ${seen}\nRUN true\n`);
    one.file('compose.yaml', 'services: {app: {build: app}}\n');
    proxy.set({ on: /GET .*\/blobs\//, does: { corrupts: true } });
    await one.step('lie', ['build'], exits(1), prints(/hint: /));
    expect(await image(one.host, `${one.project}-app`)).toBeUndefined();
    expect(await image(one.host, seen)).toBeUndefined();
    proxy.set();
  },
  hasRegistry ? ['BuildKit', 'classic', 'Podman'] : [],
);
