import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Tree } from '../../src/watch/tree.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tscw-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const all = { has: () => true, mayHaveBelow: () => true };

function write(path: string, text = path): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Changes as text: `a: file > directory`. */
async function seen(tree: Tree, paths: readonly string[], deep = false): Promise<string[]> {
  const changes = await tree.look(
    paths.map((path) => join(root, path)),
    { deep },
  );
  const text = (kind: string | undefined) => kind ?? 'nothing';
  return changes
    .map(({ path, now, before }) => `${relative(root, path)}: ${text(before)} > ${text(now)}`)
    .sort();
}

it('sees what is new below a folder, once', async () => {
  write('a/b/c');
  write('a/d');
  symlinkSync('nowhere', join(root, 'a/link'));
  const tree = new Tree(all);
  expect(await seen(tree, ['a'])).toEqual([
    ...['a/b/c: nothing > file', 'a/b: nothing > directory', 'a/d: nothing > file', 'a/link: nothing > link'],
    'a: nothing > directory',
  ]);
  expect(await seen(tree, ['a', 'a/b', 'a/b/c'], true)).toEqual([]);
});

it('sees changes where it is told to look, and everything when it looks deep', async () => {
  for (const path of ['a/1', 'a/2', 'b/3']) write(path);
  const tree = new Tree(all);
  await seen(tree, ['.']);
  write('a/1', 'other');
  write('b/3', 'other');
  chmodSync(join(root, 'a/2'), 0o755);
  expect(await seen(tree, ['a/1', 'a/unknown', 'b'])).toEqual(['a/1: file > file']);
  expect(await seen(tree, ['.'], true)).toEqual(['a/2: file > file', 'b/3: file > file']);
  utimesSync(join(root, 'a/1'), 1, 1);
  expect(await seen(tree, ['a/1'])).toEqual(['a/1: file > file']);
});

it('sees files renamed over others, as editors save them', async () => {
  write('a', 'old');
  const tree = new Tree(all);
  await seen(tree, ['.']);
  write('a.tmp', 'new');
  renameSync(join(root, 'a.tmp'), join(root, 'a'));
  expect(await seen(tree, ['a.tmp', 'a'])).toEqual(['a: file > file']);
});

it('sees a folder go with all that it held, and move elsewhere', async () => {
  write('a/b/c');
  const tree = new Tree(all);
  await seen(tree, ['.']);
  renameSync(join(root, 'a'), join(root, 'z'));
  expect(await seen(tree, ['a', 'z'])).toEqual([
    ...['a/b/c: file > nothing', 'a/b: directory > nothing', 'a: directory > nothing'],
    ...['z/b/c: nothing > file', 'z/b: nothing > directory', 'z: nothing > directory'],
  ]);
});

it('sees a folder become a file, and a file a folder', async () => {
  write('a/b');
  write('c');
  const tree = new Tree(all);
  await seen(tree, ['.']);
  rmSync(join(root, 'a'), { recursive: true });
  write('a');
  rmSync(join(root, 'c'));
  write('c/d');
  expect(await seen(tree, ['a', 'c'])).toEqual([
    ...['a/b: file > nothing', 'a: directory > file', 'c/d: nothing > file', 'c: file > directory'],
  ]);
});

it('looks at nothing outside its scope', async () => {
  write('in/a');
  write('out/b');
  const inside = (path: string) => !relative(root, path).startsWith('out');
  const tree = new Tree({ has: inside, mayHaveBelow: inside });
  expect(await seen(tree, ['.'], true)).toEqual([
    ': nothing > directory',
    'in/a: nothing > file',
    'in: nothing > directory',
  ]);
  expect(await seen(tree, ['out/b', 'out'])).toEqual([]);
});
