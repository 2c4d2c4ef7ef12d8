import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packPath } from '../../src/execute/archive/pack.ts';
import { placement } from '../../src/execute/archive/placement.ts';
import { unpackTo } from '../../src/execute/archive/unpack.ts';

const folder = 'directory' as const;
const file = 'other' as const;
const missing = 'missing' as const;

describe('where a copy ends up', () => {
  it.each([
    ['a file takes a new name', '/s/f', file, '/t/g', missing, { folder: '/t', name: 'g', content: false }],
    ['a file replaces a file', '/s/f', file, '/t/g', file, { folder: '/t', name: 'g', content: false }],
    ['a file goes into a folder', '/s/f', file, '/t', folder, { folder: '/t', name: 'f', content: false }],
    [
      'a folder goes into a folder',
      '/s/d',
      folder,
      '/t/',
      folder,
      { folder: '/t', name: 'd', content: false },
    ],
    [
      'a folder takes a new name',
      '/s/d/',
      folder,
      '/t/e',
      missing,
      { folder: '/t', name: 'e', content: false },
    ],
    ['what it holds goes in', '/s/d/.', folder, '/t', folder, { folder: '/t', name: '', content: true }],
    [
      'what it holds makes a folder',
      '/s/d/.',
      folder,
      'e/',
      missing,
      { folder: '.', name: 'e', content: true },
    ],
    ['all of a container', '/', folder, '/t', folder, { folder: '/t', name: '', content: true }],
    ['at the top', 'f', file, '/g', missing, { folder: '/', name: 'g', content: false }],
  ])('%s', (_, source, sourceIs, target, targetIs, placed) => {
    expect(placement({ path: source, is: sourceIs }, { path: target, is: targetIs })).toEqual(placed);
  });

  it('refuses a folder over a file, and a file to a folder that is not there', () => {
    const path = '/s/x';
    expect(() => placement({ path, is: folder }, { path: '/t', is: file })).toThrow('cannot copy directory');
    expect(() => placement({ path, is: file }, { path: '/t/', is: missing })).toThrow('no such directory');
  });
});

describe('a tar of files', () => {
  let top: string;
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'tsc-archive-'));
  });
  afterEach(() => rmSync(top, { recursive: true }));

  const target = (name: string) => {
    const path = join(top, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const tarOf = (
    ...entries: readonly (Parameters<ReturnType<typeof pack>['entry']>[0] & { text?: string })[]
  ) => {
    const tar = pack();
    for (const { text = '', ...header } of entries) tar.entry(header, text);
    tar.finalize();
    return Readable.from(tar);
  };

  it('comes back as it was, under another name', async () => {
    const source = target('source/sub');
    writeFileSync(join(source, 'f'), 'text', { mode: 0o751 });
    symlinkSync('f', join(source, 'l'));
    const tar = await packPath({ path: join(top, 'source'), name: 'source', follow: false });
    const to = target('to');
    await unpackTo(tar, { folder: to, name: 'copy', content: false, owners: false });
    expect(readFileSync(join(to, 'copy/sub/f'), 'utf8')).toBe('text');
    expect(lstatSync(join(to, 'copy/sub/f')).mode & 0o777).toBe(0o751);
    expect(lstatSync(join(to, 'copy/sub/l')).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(to, 'copy/sub')).mtimeMs).toBe(Math.trunc(lstatSync(source).mtimeMs / 1000) * 1000);
  });

  it('keeps hard links, and names what can not be made', async () => {
    const to = target('to');
    const tar = tarOf(
      { name: 'd/', type: 'directory' },
      { name: 'd/f', text: 'one' },
      { name: 'd/h', type: 'link', linkname: 'd/f' },
      { name: 'd/null', type: 'character-device', devmajor: 1, devminor: 3 },
    );
    const leftOut = await unpackTo(tar, { folder: to, name: 'e', content: false, owners: false });
    expect(leftOut).toEqual(['d/null']);
    expect(lstatSync(join(to, 'e/f')).ino).toBe(lstatSync(join(to, 'e/h')).ino);
  });

  it.each([
    ['a path upwards', [{ name: 'd/../../escaped', text: 'x' }]],
    [
      'a link that is followed',
      [
        { name: 'd', type: 'directory' as const },
        { name: 'd/out', type: 'symlink' as const, linkname: '../..' },
        { name: 'd/out/escaped', text: 'x' },
      ],
    ],
    [
      'a hard link through a link',
      [
        { name: 'd', type: 'directory' as const },
        { name: 'd/out', type: 'symlink' as const, linkname: '../..' },
        { name: 'd/h', type: 'link' as const, linkname: 'd/out/secret' },
      ],
    ],
  ])('never leaves its folder: %s', async (_, entries) => {
    writeFileSync(join(top, 'secret'), 'secret');
    const to = target('to');
    const unpacked = unpackTo(tarOf(...entries), { folder: to, name: 'd', content: false, owners: false });
    await expect(unpacked).rejects.toThrow(/leaves its folder|no directory/);
    expect(() => lstatSync(join(top, 'escaped'))).toThrow();
  });

  it('replaces a file, and no folder', async () => {
    const to = target('to');
    writeFileSync(join(to, 'f'), 'old');
    await unpackTo(tarOf({ name: 'x', text: 'new' }), {
      folder: to,
      name: 'f',
      content: false,
      owners: false,
    });
    expect(readFileSync(join(to, 'f'), 'utf8')).toBe('new');
    target('to/g');
    const over = unpackTo(tarOf({ name: 'x', text: 'new' }), {
      ...{ folder: to, name: 'g', content: false, owners: false },
    });
    await expect(over).rejects.toThrow('is a directory, and stays as it is');
  });
});
