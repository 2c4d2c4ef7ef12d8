import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { it, onTestFinished } from 'vitest';
import { Notifier } from '../../src/watch/notify.ts';
import { folderWith } from '../support/folder.ts';

/** Watches paths of a folder; tells whether something was said about one. */
async function watching(root: string, paths: readonly string[]) {
  const told = new Set<string>();
  const full = paths.map((path) => join(root, path));
  const around = (path: string) =>
    full.some((one) => `${path}/`.startsWith(`${one}/`) || `${one}/`.startsWith(`${path}/`));
  const scope = { has: around, mayHaveBelow: around };
  const notifier = await Notifier.open(full, scope, {
    changed: (path) => told.add(path),
    failed: (error) => {
      throw error;
    },
  });
  onTestFinished(() => notifier.close());
  return {
    cover: () => notifier.cover(full),
    tells: async (path: string) => {
      for (const end = Date.now() + 10_000; !told.has(join(root, path)); await sleep(10)) {
        if (Date.now() > end) throw new Error(`nothing about ${path}; only ${[...told].join(', ')}`);
      }
      told.clear();
    },
    /** A new folder is watched a moment later: writes to a file in it until that is noticed. */
    comesToTell: async (path: string) => {
      for (const end = Date.now() + 10_000; !told.has(join(root, path)); await sleep(100)) {
        if (Date.now() > end) throw new Error(`nothing about ${path}`);
        writeFileSync(join(root, path), `${Date.now()}`);
      }
      told.clear();
    },
  };
}

it('tells of files that are made, written, renamed and removed, in folders that are new too', async () => {
  const root = folderWith({ 'src/a': '' });
  const { tells, comesToTell } = await watching(root, ['src']);
  writeFileSync(join(root, 'src/a'), 'b');
  await tells('src/a');
  renameSync(join(root, 'src/a'), join(root, 'src/b'));
  await tells('src/b');
  mkdirSync(join(root, 'src/new'));
  await tells('src/new');
  await comesToTell('src/new/c');
  rmSync(join(root, 'src/new/c'));
  await tells('src/new/c');
});

it('tells of a path that comes, goes and comes again', async () => {
  const root = folderWith({ other: '' });
  const { tells, comesToTell, cover } = await watching(root, ['later/deep', 'file.conf']);
  writeFileSync(join(root, 'file.conf'), '');
  await tells('file.conf');
  mkdirSync(join(root, 'later/deep'), { recursive: true });
  await tells('later');
  await comesToTell('later/deep/a');
  rmSync(join(root, 'later'), { recursive: true });
  await tells('later');
  await cover();
  mkdirSync(join(root, 'later/deep'), { recursive: true });
  await tells('later');
});

it('a folder that may not be read stands in no one’s way', async () => {
  const root = folderWith({ 'src/shut/a': '', 'src/b': '' });
  chmodSync(join(root, 'src/shut'), 0);
  onTestFinished(() => chmodSync(join(root, 'src/shut'), 0o755));
  const { tells } = await watching(root, ['src']);
  writeFileSync(join(root, 'src/b'), 'c');
  await tells('src/b');
});
