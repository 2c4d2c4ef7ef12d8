import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { imageFiles } from '../../support/built-images.ts';
import { exits, prints } from '../checks.ts';
import { type Scenario, scenario } from '../scenario.ts';
import { withBuilders } from './builders.ts';

function projectWithContexts(one: Scenario): void {
  one.file('base/Dockerfile', 'FROM busybox\nRUN mkdir /out; echo base > /out/base\n');
  one.file('more/shared', 'shared');
  one.file('more/hidden', 'hidden');
  one.file('more/.dockerignore', 'hidden\n');
  one.file(
    'app/Dockerfile',
    'FROM base\nCOPY --from=more . /out/\nRUN --mount=from=other,target=/mnt test -x /mnt/bin/busybox && echo yes > /out/image\n',
  );
  one.file(
    'compose.yaml',
    `services:
  app:
    build:
      context: app
      additional_contexts:
        base: service:base
        more: ./more
        other: docker-image://busybox
  base:
    profiles: [never]
    build: base
`,
  );
}

withBuilders(
  'further contexts are folders, images and other services, which are built before',
  async ({ one, out }) => {
    projectWithContexts(one);
    await one.step('what it starts from is built too', ['build', 'app'], exits(0));
    expect(await out('base')).toBe('base\n');
    expect(await out('shared')).toBe('shared');
    expect(await out('hidden')).toBe('no file hidden');
    expect(await out('image')).toBe('yes\n');
  },
  ['BuildKit'],
);

for (const engine of ['docker', 'podman'] as const) {
  scenario(
    `builders that know no further contexts get them as images (${engine})`,
    async (one) => {
      one.environment['DOCKER_BUILDKIT'] = '0';
      projectWithContexts(one);
      one.file(
        'app/Dockerfile',
        'FROM base\nCOPY --from=more . /out/\nCOPY --from=other /bin/busybox /out/image\n',
      );
      await one.step('it is built', ['build'], exits(0));
      const files = await imageFiles(one.host, `${one.project}-app`, '/out');
      expect(files['out/base']).toBe('base\n');
      expect(files['out/shared']).toBe('shared');
      expect(files['out/hidden']).toBeUndefined();
      expect(files['out/image']?.length).toBeGreaterThan(1000);
    },
    { engines: [engine] },
  );
}

withBuilders('a context comes as a tar from standard input', async ({ one, out }) => {
  one.file('stuff/Dockerfile', 'FROM busybox\nCOPY a /out/a\n');
  one.file('stuff/a', 'from the tar');
  one.file('compose.yaml', 'services:\n  app: {build: {context: "-"}}\n');
  const input = execFileSync('tar', ['c', '-C', join(one.folder, 'stuff'), '.'], { maxBuffer: 1e8 });
  const ended = await one.tscompose(['build'], { input });
  expect(ended.code, ended.stderr).toBe(0);
  expect(await out('a')).toBe('from the tar');
  const alone = await one.tscompose(['build'], {
    input: Buffer.from('FROM busybox\nRUN mkdir /out; echo b > /out/b\n'),
  });
  expect(alone.code, alone.stderr).toBe(0);
  expect(await out('b')).toBe('b\n');
  await one.step('nothing comes', ['build'], exits(1), prints('nothing came on standard input'));
});

withBuilders(
  'a context is a git repository that the engine fetches',
  async ({ one, out }) => {
    const repository = join(one.folder, 'served', 'repo');
    const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { stdio: 'pipe' });
    one.file('served/repo/sub/Dockerfile', 'FROM busybox\nCOPY a /out/a\n');
    writeFileSync(join(repository, 'sub/a'), 'from git');
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'one');
    const port = 40_000 + (process.pid % 10_000);
    const options = ['--export-all', '--reuseaddr', '--listen=127.0.0.1', `--port=${port}`];
    const daemon = spawn('git', ['daemon', ...options, `--base-path=${join(one.folder, 'served')}`], {
      stdio: 'ignore',
    });
    try {
      await sleep(500);
      one.file('compose.yaml', `services:\n  app: {build: "git://127.0.0.1:${port}/repo#main:sub"}\n`);
      await one.step('it is built', ['build'], exits(0));
      expect(await out('a')).toBe('from git');
    } finally {
      daemon.kill();
    }
  },
  existsSync('/usr/lib/git-core/git-daemon') ? ['BuildKit', 'classic'] : [],
);

withBuilders(
  'a cache in an image serves the next build',
  async ({ one, modern }) => {
    one.file('Dockerfile', 'FROM busybox\nRUN mkdir /out; cat /proc/sys/kernel/random/uuid > /out/id\n');
    const cached = `${one.project}-app`;
    const compose = (more: string) =>
      one.file('compose.yaml', `services:\n  app:\n    build:\n      context: .\n${more}`);
    compose('      cache_to: ["type=inline"]\n');
    const written = modern ? [] : [prints(/inline|exporting cache/i)];
    await one.step('it is written', ['build'], exits(0), ...written);
    compose(`      cache_from: ["${cached}"]\n`);
    await one.step('it is read', ['build'], exits(0), prints('importing cache manifest'));
    if (modern) return;
    compose('      cache_to: ["type=registry,ref=x/y"]\n');
    await one.step('another one', ['build'], exits(1), prints("can't write a cache of type registry"));
  },
  ['BuildKit'],
);

withBuilders(
  'only the images that are named serve as cache',
  async ({ one, out }) => {
    one.file('Dockerfile', 'FROM busybox\nRUN mkdir /out; cat /proc/sys/kernel/random/uuid > /out/id\n');
    const compose = (from: string) =>
      one.file('compose.yaml', `services:\n  app: {build: {context: ., cache_from: ["${from}"]}}\n`);
    compose(`${one.project}-app`);
    await one.step('first', ['build'], exits(0));
    const first = await out('id');
    await one.step('from itself', ['build'], exits(0));
    expect(await out('id')).toBe(first);
    compose('busybox');
    await one.step('from another', ['build'], exits(0));
    expect(await out('id')).not.toBe(first);
  },
  ['classic'],
);
