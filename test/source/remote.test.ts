import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createFileReader } from '../../src/source/files.ts';
import { fetchGit, parseGitReference } from '../../src/source/git.ts';
import { loadWithRemotes } from '../../src/source/remotes.ts';

const folder = mkdtempSync(join(tmpdir(), 'remote-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a reference has a repository, a revision and a path', () => {
  expect(parseGitReference('github.com/a/b.git')).toEqual({
    repository: 'https://github.com/a/b.git',
    revision: 'HEAD',
    path: '',
  });
  expect(parseGitReference('https://h/a.git#v1:sub/dir')).toMatchObject({ revision: 'v1', path: 'sub/dir' });
  expect(() => parseGitReference('https://h/a.git#v1:../../etc')).toThrow('names no place');
  expect(() => parseGitReference('https://h/a.git#--upload-pack=x')).toThrow('names no place');
});

test('a file of a repository is fetched with git, also in an earlier version', async () => {
  const repository = join(folder, 'r.git');
  mkdirSync(join(repository, 'sub'), { recursive: true });
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: repository,
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet');
  const commit = (text: string): string => {
    writeFileSync(join(repository, 'sub', 'compose.yaml'), text);
    git('add', '.');
    git('commit', '--quiet', '-m', 'change');
    return git('rev-parse', 'HEAD');
  };
  const cache = join(folder, 'cache');
  const reference = `file://${repository}#HEAD:sub`;
  const first = commit('services: {}\n');
  const second = commit('services: { a: {} }\n');
  const newest = await fetchGit(reference, cache);
  expect(newest.version).toEqual({ commit: second });
  expect(readFileSync(newest.path, 'utf8')).toBe('services: { a: {} }\n');
  const pinned = await fetchGit(reference, cache, first);
  expect(pinned.version).toEqual({ commit: first });
  expect(readFileSync(pinned.path, 'utf8')).toBe('services: {}\n');
  await expect(fetchGit(`file://${repository}#nothing`, cache)).rejects.toThrow("git can't fetch");
});

test('what the loader asks for is fetched, then it loads again', async () => {
  const wish = {
    environment: { COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'false', XDG_CACHE_HOME: join(folder, 'cache') },
    world: { environment: {}, home: folder },
    pinned: async () => undefined,
  };
  let loads = 0;
  const reference = `file://${join(folder, 'r.git')}#HEAD:sub`;
  const { loaded, remotes } = await loadWithRemotes(createFileReader({}), wish, (reader) => {
    loads += 1;
    return reader.readText(reader.fetchRemote(reference));
  });
  expect([loaded, loads]).toEqual(['services: { a: {} }\n', 2]);
  expect([...remotes.keys()]).toEqual([reference]);
  const oci = loadWithRemotes(createFileReader({}), wish, (reader) => reader.fetchRemote('oci://r.x/app'));
  await expect(oci).rejects.toThrow('switched off');
});
