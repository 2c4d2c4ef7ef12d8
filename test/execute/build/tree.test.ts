import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileEntry, FileFilter } from '../../../src/engine/build-request.ts';
import { leadsBelow, selection } from '../../../src/execute/build/patterns.ts';
import { folderTree, textTree } from '../../../src/execute/build/tree.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsct-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(path: string, text = path): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function list(filter: FileFilter = {}): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  for await (const entry of folderTree(folder).entries(filter)) found.push(entry);
  return found;
}
const paths = async (filter: FileFilter = {}) => (await list(filter)).map(({ path }) => path);

describe('a folder', () => {
  test('is told with folders before what is in them, by bytes', async () => {
    for (const path of ['b', 'a/z', 'a.b', 'ä', 'B']) file(path);
    expect(await paths()).toEqual(['B', 'a', 'a/z', 'a.b', 'b', 'ä']);
  });

  test('links are links, and a second name of a file is one too', async () => {
    file('one', 'text');
    linkSync(join(folder, 'one'), join(folder, 'two'));
    symlinkSync('/etc/passwd', join(folder, 'out'));
    const entries = await list();
    expect(entries.map(({ path, link, size }) => [path, link, size])).toEqual([
      ['one', undefined, 4],
      ['out', '/etc/passwd', 0],
      ['two', 'one', 0],
    ]);
  });

  test('without what is excluded, and with the folders of what comes back', async () => {
    for (const path of ['keep/a', 'drop/a', 'drop/deep/kept', 'drop/deep/gone', 'x.log']) file(path);
    const exclude = ['drop', '*.log', '!drop/deep/kept'];
    expect(await paths({ exclude })).toEqual(['drop', 'drop/deep', 'drop/deep/kept', 'keep', 'keep/a']);
    expect(await paths({ exclude: ['**', '!keep'] })).toEqual(['keep', 'keep/a']);
  });

  test('only what is included, and what links among it lead to', async () => {
    for (const path of ['src/a.txt', 'src/b.md', 'real/deep/file', 'other']) file(path);
    symlinkSync('real', join(folder, 'link'));
    expect(await paths({ include: ['src/*.txt'] })).toEqual(['src', 'src/a.txt']);
    expect(await paths({ follow: ['link/deep'] })).toEqual(['link', 'real', 'real/deep', 'real/deep/file']);
    expect(await paths({ follow: ['l*'] })).toEqual(['link', 'real', 'real/deep', 'real/deep/file']);
    expect(await paths({ follow: ['Dockerfile'] })).toEqual([]);
    expect(await paths({ follow: ['.'] })).toEqual(await paths());
  });

  test('a link in a circle is followed once', async () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    expect(await paths({ follow: ['a/x'] })).toEqual(['a', 'b']);
  });

  test('what can’t be read is named, with the way out', async () => {
    file('closed/x');
    const chmod = await import('node:fs/promises').then((fs) => fs.chmod);
    await chmod(join(folder, 'closed'), 0o000);
    await chmod(folder, 0o755);
    const root = process.getuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    try {
      await expect(paths()).rejects.toMatchObject({
        code: 'context-unreadable',
        message: `can't read ${folder}/closed of the build context: permission denied`,
        hint: expect.stringContaining('.dockerignore'),
      });
      expect(await paths({ exclude: ['closed'] })).toEqual([]);
    } finally {
      if (root) process.seteuid?.(0);
      await chmod(join(folder, 'closed'), 0o755);
    }
  });

  test('content comes as it is, however long', async () => {
    for (const length of [0, 1, 16_384, 16_385, 700_000]) {
      file('f', 'x'.repeat(length));
      let text = '';
      for await (const chunk of folderTree(folder).read('f')) text += Buffer.from(chunk).toString();
      expect(text.length).toBe(length);
    }
    const gone = folderTree(folder).read('gone')[Symbol.asyncIterator]();
    await expect(gone.next()).rejects.toThrow('it is gone');
  });
});

test('texts are a tree, the same key for the same texts', async () => {
  const tree = textTree({ Dockerfile: 'FROM x' });
  const found: string[] = [];
  for await (const { path } of tree.entries({ follow: ['Dockerfile', 'Dockerfile.dockerignore'] }))
    found.push(path);
  expect(found).toEqual(['Dockerfile']);
  expect(textTree({ Dockerfile: 'FROM x' }).key).toBe(tree.key);
  expect(textTree({ Dockerfile: 'FROM y' }).key).not.toBe(tree.key);
  const timeOf = async (text: string) => {
    for await (const { mtime } of textTree({ Dockerfile: text }).entries({})) return mtime;
    return undefined;
  };
  // Same size: only the time tells an engine that keeps files that it is another text.
  expect(await timeOf('FROM x')).toBe(await timeOf('FROM x'));
  expect(await timeOf('FROM y')).not.toBe(await timeOf('FROM x'));
});

describe('patterns', () => {
  test.each([
    ['a/b/c', 'a', true],
    ['a/b/c', 'a/b', true],
    ['a/b/c', 'x', false],
    ['a/b', 'a/b/c', true],
    ['*/b', 'x', true],
    ['*/b', 'x/c', false],
    ['**/b', 'x/y/z', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'b', false],
    ['./a/', 'a', true],
  ])('%s may be below %s: %s', (pattern, path, may) => expect(leadsBelow(pattern, path)).toBe(may));

  test('never leave out a folder in which something is wanted', () => {
    const part = fc.constantFrom('a', 'b', 'c', '*', '**', 'a*');
    const pattern = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const line = fc.tuple(fc.boolean(), pattern).map(([back, text]) => (back ? `!${text}` : text));
    const path = fc.array(fc.constantFrom('a', 'b', 'c', 'ab'), { minLength: 2, maxLength: 4 });
    return fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 4 }),
        fc.array(pattern, { maxLength: 2 }),
        path,
        async (exclude, include, parts) => {
          const wanted = await selection({ exclude, include });
          if (!wanted.has(parts.join('/'))) return;
          for (let i = 1; i < parts.length; i++) {
            expect(wanted.mayHaveBelow(parts.slice(0, i).join('/'))).toBe(true);
          }
        },
      ),
    );
  });
});
