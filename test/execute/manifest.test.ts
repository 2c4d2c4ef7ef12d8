import { Readable } from 'node:stream';
import { type Header, pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { differences, digested, manifestOf } from '../../src/execute/transfer/manifest.ts';

type Entry = Partial<Header> & { readonly name: string; readonly text?: string };

function tarOf(entries: readonly Entry[]): Readable {
  const tar = pack();
  for (const { text = '', ...header } of entries) tar.entry({ mtime: new Date(1e12), ...header }, text);
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}

const base: readonly Entry[] = [
  { name: 'v/', type: 'directory', mode: 0o755 },
  { name: 'v/a', text: 'hello', mode: 0o644, uid: 1, gid: 2 },
  { name: 'v/l', type: 'symlink', linkname: 'a' },
];

const changed = (change: Partial<Entry>) => base.map((e) => (e.name === 'v/a' ? { ...e, ...change } : e));

test('the same content under another folder name and prefix is the same', async () => {
  const other = base.map((entry) => ({ ...entry, name: `./${entry.name.replace(/^v/, 'w')}` }));
  const [a, b] = await Promise.all([manifestOf(tarOf(base)), manifestOf(tarOf(other))]);
  expect(a.bytes).toBe(5);
  expect(differences(a, b)).toEqual([]);
});

test.each<[string, Partial<Entry>]>([
  ['content', { text: 'hullo' }],
  ['mode', { mode: 0o4755 }],
  ['user', { uid: 9 }],
  ['group', { gid: 9 }],
  ['time', { mtime: new Date(2e12) }],
])('another %s is seen', async (_, change) => {
  const [a, b] = await Promise.all([manifestOf(tarOf(base)), manifestOf(tarOf(changed(change)))]);
  expect(differences(a, b)).toEqual(['a differs']);
});

test('missing and additional paths are named', async () => {
  const [a, b] = await Promise.all([manifestOf(tarOf(base)), manifestOf(tarOf(base.slice(0, 2)))]);
  expect(differences(a, b)).toEqual(['l is missing']);
  expect(differences(b, a)).toEqual(['l was not there before']);
});

test('which name of a hard link comes first does not matter', async () => {
  const file = { text: 'x', mode: 0o644 };
  const one = [
    { name: 'v/a', ...file },
    { name: 'v/b', type: 'link', linkname: 'v/a' },
  ] as const;
  const two = [
    { name: 'v/b', ...file },
    { name: 'v/a', type: 'link', linkname: 'v/b' },
  ] as const;
  const copy = [
    { name: 'v/a', ...file },
    { name: 'v/b', ...file },
  ];
  const [a, b, c] = await Promise.all([one, two, copy].map((entries) => manifestOf(tarOf(entries))));
  expect(differences(a!, b!)).toEqual([]);
  expect(differences(a!, c!)).toEqual(['a differs', 'b differs']);
});

test('the stream goes on unchanged, whatever its size', async () => {
  const big = { name: 'v/big', text: 'x'.repeat(2_000_000) };
  const whole: Buffer[] = [];
  for await (const chunk of tarOf([...base, big])) whole.push(chunk);
  const { stream, manifest } = await digested(tarOf([...base, big]));
  const through: Buffer[] = [];
  for await (const chunk of stream) through.push(chunk);
  expect(Buffer.concat(through).equals(Buffer.concat(whole))).toBe(true);
  expect((await manifest).bytes).toBe(2_000_005);
});

test('a tar that is cut off is no tar', async () => {
  const whole: Buffer[] = [];
  for await (const chunk of tarOf(base)) whole.push(chunk);
  await expect(manifestOf(Readable.from([Buffer.concat(whole).subarray(0, 700)]))).rejects.toThrow();
});
