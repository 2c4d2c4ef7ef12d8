import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { archiveOf } from '../../src/watch/archive.ts';
import { type Content, contentsOf, isUnchanged } from '../../src/watch/content.ts';
import { folderWith } from '../support/folder.ts';

async function contents(folder: string, ...names: readonly string[]): Promise<readonly Content[]> {
  const copies = names.map((name) => ({ host: join(folder, name), container: `/app/${name}` }));
  return await contentsOf(copies, (path) => {
    throw new Error(`unreadable ${path}`);
  });
}

it('the same content has the same print, whenever it was written', async () => {
  const folder = folderWith({ a: 'text', b: 'text', c: 'other', big: 'x'.repeat(300_000) });
  utimesSync(join(folder, 'b'), 1, 1);
  const [a, b, c, big] = await contents(folder, 'a', 'b', 'c', 'big');
  expect(b?.print).toBe(a?.print);
  expect(c?.print).not.toBe(a?.print);
  chmodSync(join(folder, 'b'), 0o755);
  expect((await contents(folder, 'b'))[0]?.print).not.toBe(a?.print);
  writeFileSync(join(folder, 'big'), `${'x'.repeat(299_999)}y`);
  expect((await contents(folder, 'big'))[0]?.print).not.toBe(big?.print);
});

it('a large file is known again as long as nobody writes to it', async () => {
  const folder = folderWith({ big: 'x'.repeat(300_000) });
  const [big] = await contents(folder, 'big');
  if (big?.kind !== 'file' || !('path' in big)) throw new Error('not large');
  expect(isUnchanged(big.path, big)).toBe(true);
  utimesSync(big.path, 1, 1);
  expect(isUnchanged(big.path, big)).toBe(false);
  rmSync(big.path);
  expect(isUnchanged(big.path, big)).toBe(false);
});

it('folders, links that lead nowhere, and what has gone, also below what is a file now', async () => {
  const folder = folderWith({ file: '' });
  mkdirSync(join(folder, 'folder'));
  symlinkSync('nowhere', join(folder, 'link'));
  const all = await contents(folder, 'folder', 'link', 'missing', 'file/below');
  expect(all.map(({ kind, print }) => [kind, print])).toEqual([
    ['directory', expect.stringMatching(/^directory \d+$/)],
    ['link', 'link nowhere'],
    ['gone', '-'],
    ['gone', '-'],
  ]);
});

it('what can not be read is told and stands in no one’s way', async () => {
  const folder = folderWith({ a: '', b: '' });
  const told: string[] = [];
  const copies = [
    { host: `${folder}/a\0`, container: '/a' },
    { host: `${folder}/b`, container: '/b' },
  ];
  const found = await contentsOf(copies, (path) => told.push(path));
  expect(found.map(({ container }) => container)).toEqual(['/b']);
  expect(told).toEqual([`${folder}/a\0`]);
});

it('an archive holds them at their places, with other owners if that is asked for', async () => {
  const folder = folderWith({ 'd/small': 'small', 'd/large': 'l'.repeat(300_000) });
  symlinkSync('small', join(folder, 'd/link'));
  const all = await contents(folder, 'd', 'd/large', 'd/link', 'd/small');
  const entries = all.flatMap((one) => (one.kind === 'gone' ? [] : one));
  const { extract } = await import('tar-stream');
  const tar = await archiveOf(entries, { uid: 12, gid: 34 });
  const reading = extract();
  if (tar instanceof Uint8Array) reading.end(tar);
  else tar.pipe(reading);
  const seen: unknown[] = [];
  for await (const entry of reading) {
    let size = 0;
    for await (const chunk of entry) if (chunk instanceof Uint8Array) size += chunk.length;
    const { name, type, uid, gid, linkname } = entry.header;
    seen.push([name, type, uid, gid, linkname, size]);
  }
  expect(seen).toEqual([
    ['app/d', 'directory', 12, 34, null, 0],
    ['app/d/large', 'file', 12, 34, null, 300_000],
    ['app/d/link', 'symlink', 12, 34, 'small', 0],
    ['app/d/small', 'file', 12, 34, null, 5],
  ]);
  expect(await archiveOf(entries.slice(2), undefined)).toBeInstanceOf(Uint8Array);
});
