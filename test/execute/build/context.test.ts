import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openContext } from '../../../src/execute/build/context.ts';
import { isRemote } from '../../../src/execute/build/remote.ts';
import { buildArguments, buildRequest } from '../../../src/execute/build/request.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscc-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

async function unpack(tar: Readable): Promise<Map<string, string>> {
  const parser = extract();
  tar.pipe(parser as unknown as NodeJS.WritableStream);
  const found = new Map<string, string>();
  for await (const entry of parser) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
    const { name, type, linkname } = entry.header;
    found.set(name, type === 'symlink' ? `-> ${linkname}` : Buffer.concat(chunks).toString());
  }
  return found;
}

const open = async (more: { dockerfile?: string; inline?: string } = {}) => {
  const wish = { folder, dockerfile: more.dockerfile ?? 'Dockerfile', inline: more.inline };
  return (await openContext(wish)).context.archive();
};

describe('a build context', () => {
  test('holds files, folders and links in order, less what is ignored', async () => {
    file('Dockerfile', 'FROM x');
    file('.dockerignore', '# comment\n*.log\ntmp\n!tmp/keep\n**/secret\n');
    file('b.txt', 'b');
    file('a.log', 'a');
    file('tmp/keep', 'k');
    file('tmp/go', 'g');
    file('deep/er/secret', 's');
    symlinkSync('b.txt', join(folder, 'link'));
    const { tar, dockerfile } = await open();
    expect(dockerfile).toBe('Dockerfile');
    expect([...(await unpack(tar))]).toEqual([
      ...[
        ['.dockerignore', '# comment\n*.log\ntmp\n!tmp/keep\n**/secret\n'],
        ['Dockerfile', 'FROM x'],
      ],
      ...[
        ['b.txt', 'b'],
        ['deep', ''],
        ['deep/er', ''],
        ['link', '-> b.txt'],
        ['tmp', ''],
        ['tmp/keep', 'k'],
      ],
    ]);
  });

  test('keeps the Dockerfile even if it is ignored, and its own ignore file wins', async () => {
    file('sub/Dockerfile', 'FROM x');
    file('sub/Dockerfile.dockerignore', 'b\nsub');
    file('.dockerignore', '*');
    file('a', '');
    file('b', '');
    const { tar, dockerfile } = await open({ dockerfile: 'sub/Dockerfile' });
    expect(dockerfile).toBe('sub/Dockerfile');
    expect([...(await unpack(tar)).keys()]).toEqual([
      '.dockerignore',
      'a',
      'sub',
      'sub/Dockerfile',
      'sub/Dockerfile.dockerignore',
    ]);
  });

  test('takes a Dockerfile from the compose file or from elsewhere under a name of its own, always the same', async () => {
    file('a', '');
    const first = await open({ inline: 'FROM x\n' });
    const second = await open({ inline: 'FROM x\n' });
    expect(first.dockerfile).toMatch(/^\.dockerfile\.[0-9a-f]{20}$/);
    expect(second.dockerfile).toBe(first.dockerfile);
    expect((await unpack(first.tar)).get(first.dockerfile)).toBe('FROM x\n');
    second.tar.destroy();
    const outside = mkdtempSync(join(tmpdir(), 'tsco-'));
    writeFileSync(join(outside, 'D'), 'FROM y');
    const third = await open({ dockerfile: join(outside, 'D') });
    expect((await unpack(third.tar)).get(third.dockerfile)).toBe('FROM y');
    rmSync(outside, { recursive: true });
  });

  test('streams large files', async () => {
    const big = 'x'.repeat(3_000_000);
    file('Dockerfile', 'FROM x');
    file('big', big);
    expect((await unpack((await open()).tar)).get('big')).toBe(big);
  });

  test('that is not there, or without Dockerfile, is named', async () => {
    await expect(
      openContext({ folder: join(folder, 'no'), dockerfile: 'Dockerfile', inline: undefined }),
    ).rejects.toThrow('there is no folder');
    await expect(open()).rejects.toThrow(`failed to read dockerfile: open ${join(folder, 'Dockerfile')}`);
  });
});

test.each([
  ['https://github.com/a/b.git#main', true],
  ['git@github.com:a/b.git', true],
  ['github.com/a/b', true],
  ['/srv/app', false],
  ['./https', false],
])('context %s is remote: %s', (context, remote) => expect(isRemote(context)).toBe(remote));

test('arguments without a value come from the environment', () =>
  expect(buildArguments({ A: null, B: 'b', C: null }, { A: 'a' })).toEqual({ A: 'a', B: 'b' }));

test('all that the builder knows is passed on', () => {
  const request = buildRequest(
    {
      ...{ kind: 'build-image', image: 'i', service: 's' },
      build: {
        ...{
          target: 't',
          tags: ['i', 'j'],
          labels: { l: 'm' },
          network: 'host',
          shm_size: '64',
          no_cache: true,
        },
        extra_hosts: ['a=1.2.3.4'],
        cache_from: ['x', 'type=registry,ref=y'],
        ulimits: { nofile: { soft: 1, hard: 2 }, nproc: 3 },
        platforms: ['linux/amd64'],
      },
    },
    { project: 'p', environment: {}, builder: 'classic', toolVersion: '1.0' },
  );
  expect(request).toEqual({
    ...{ tags: ['i', 'j'], args: {}, target: 't', network: 'host', shmSize: 64, noCache: true },
    builder: 'classic',
    labels: {
      l: 'm',
      'com.docker.compose.project': 'p',
      'com.docker.compose.service': 's',
      'com.docker.compose.version': '1.0',
      'com.docker.compose.image.builder': 'classic',
    },
    extraHosts: ['a:1.2.3.4'],
    cacheFrom: ['x', 'y'].map((ref) => ({ type: 'registry', attributes: { ref } })),
    platforms: ['linux/amd64'],
    ulimits: [
      { Name: 'nofile', Soft: 1, Hard: 2 },
      { Name: 'nproc', Soft: 3, Hard: 3 },
    ],
  });
});
