import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'bin/tscompose');
let folder = '';

beforeAll(() => {
  if (!existsSync(join(root, 'dist/boot.cjs'))) execFileSync(process.execPath, [join(root, 'build.mjs')]);
  folder = mkdtempSync(join(tmpdir(), 'boot-'));
  writeFileSync(join(folder, 'compose.yaml'), 'services:\n  config:\n    image: x\n  up:\n    image: "y"\n');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command line with a cache of its own. @returns what was printed, and the bundles that were loaded */
function run(args: readonly string[], cache = mkdtempSync(join(folder, 'cache-'))) {
  const env = { ...process.env, XDG_CACHE_HOME: cache, NODE_OPTIONS: '' };
  const ended = spawnSync(process.execPath, [bin, ...args], { cwd: folder, env, encoding: 'utf8' });
  const files = existsSync(join(cache, 'tscompose')) ? readdirSync(join(cache, 'tscompose')) : [];
  return { ...ended, cache, loaded: files.map((name) => name.split('-')[0]).sort() };
}

describe('what a start loads', () => {
  test.each([['--version'], ['version'], ['-v']])('%s: nothing', (...args) => {
    const { stdout, loaded, status } = run(args);
    expect([status, loaded]).toEqual([0, []]);
    expect(stdout).toMatch(/^tscompose version \d/);
  });

  test.each([
    [['--help'], ['main']],
    [[], ['main']],
    [
      ['ps', '--help'],
      ['look', 'main'],
    ],
    [
      ['up', '--help'],
      ['look', 'main', 'rest'],
    ],
  ])('%j: our own code, and no package', (args, scripts) => {
    const { stdout, loaded, status } = run(args);
    expect([status, loaded]).toEqual([0, scripts]);
    expect(stdout).toContain('Usage: tscompose');
  });

  test.each([
    [['config'], ['main']],
    [['config', '--services'], ['main']],
    [['-p', 'config', 'config', '-q'], ['main']],
    [['-p', 'ps', 'config', '-q'], ['main']],
    [
      ['-p', 'config', 'up', '--help'],
      ['look', 'main', 'rest'],
    ],
  ])('%j: %j', (args, scripts) => {
    const { stderr, loaded, status } = run(args);
    expect([stderr, status, loaded]).toEqual(['', 0, scripts]);
  });
});

describe('the cache of compiled code', () => {
  const pathOf = (cache: string) => {
    const at = join(cache, 'tscompose');
    return join(at, readdirSync(at)[0]!);
  };

  test('is used, and made anew when it is damaged', () => {
    const first = run(['config']);
    const file = pathOf(first.cache);
    const bytes = readFileSync(file);
    const again = run(['config'], first.cache);
    expect(again.stdout).toBe(first.stdout);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    for (const damage of [Buffer.alloc(0), changed(bytes)]) {
      writeFileSync(file, damage);
      const after = run(['config'], first.cache);
      expect([after.status, after.stderr, after.stdout]).toEqual([0, '', first.stdout]);
      expect(readFileSync(file).length).toBeGreaterThan(bytes.length / 2);
    }
  });

  function changed(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    copy[Math.floor(bytes.length / 3)]! ^= 1;
    return copy;
  }
});

test('a reader that goes away ends the program quietly', () => {
  const env = { ...process.env, XDG_CACHE_HOME: folder };
  const script = `"$0" "$1" --help | head -c 1; "$0" "$1" config | head -c 1; echo; echo "\${PIPESTATUS[*]}"`;
  const { stderr } = spawnSync('bash', ['-c', script, process.execPath, bin], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
});
