import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fetchRemote, parseGitReference } from '../../src/source/remote.ts';

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

test('a file of a repository is fetched with git', () => {
  const repository = join(folder, 'r.git');
  mkdirSync(join(repository, 'sub'), { recursive: true });
  writeFileSync(join(repository, 'sub', 'compose.yaml'), 'services: {}\n');
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: repository,
    });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  const path = fetchRemote(`file://${repository}#HEAD:sub`, join(folder, 'cache'));
  expect(readFileSync(path, 'utf8')).toBe('services: {}\n');
});

test('registries are refused in words', () => {
  expect(() => fetchRemote('oci://registry.example/app', folder)).toThrow("can't be read");
});
