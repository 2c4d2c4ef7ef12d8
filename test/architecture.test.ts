import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layers } from './support/layers.ts';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');

interface Import {
  readonly target: string;
  readonly dynamic: boolean;
  readonly typeOnly: boolean;
}

/** Comments are cut out first, so that an example in a comment is no import. */
function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s+)?[^'";]*?from\s+'([^']+)'/gm)) {
    found.push({ target: match[2]!, dynamic: false, typeOnly: match[1] !== undefined });
  }
  for (const match of text.matchAll(/^import\s+'([^']+)'/gm)) {
    found.push({ target: match[1]!, dynamic: false, typeOnly: false });
  }
  for (const match of text.matchAll(/(typeof\s+)?\bimport\(\s*'([^']+)'\s*\)/g)) {
    found.push({ target: match[2]!, dynamic: true, typeOnly: match[1] !== undefined });
  }
  return found;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
  .map((name) => join(src, name));

const isNode = (target: string) => target.startsWith('node:');
const packageOf = (target: string) =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');

/** What is wrong with one import of a file in a layer, or undefined. */
function breach(file: string, { target }: Import): string | undefined {
  const folder = relative(src, file).split('/')[0]!;
  const layer = layers[folder];
  if (layer === undefined) return undefined;
  const arrow = `${relative(root, file)} -> ${target}`;
  if (isNode(target)) return layer.node ? undefined : arrow;
  if (!target.startsWith('.')) return layer.packages.includes(packageOf(target)) ? undefined : arrow;
  const to = relative(src, resolve(dirname(file), target)).split('/')[0]!;
  const allowed = [folder, 'util', 'diagnostic', ...layer.imports].includes(to);
  return allowed ? undefined : arrow;
}

describe('the dependency rule', () => {
  test('finds the sources', () => expect(files.length).toBeGreaterThan(10));

  test('every import goes where its folder may go', () => {
    const breaches = files.flatMap((file) => importsOf(file).map((one) => breach(file, one)));
    expect(breaches.filter((one) => one !== undefined)).toEqual([]);
  });

  test('a forbidden import would be noticed', () => {
    const file = join(src, 'plan', 'up.ts');
    const to = (target: string) => breach(file, { target, dynamic: false, typeOnly: false });
    expect(to('node:fs')).toBe('src/plan/up.ts -> node:fs');
    expect(to('../execute/execute.ts')).toBe('src/plan/up.ts -> ../execute/execute.ts');
    expect(to('chalk')).toBe('src/plan/up.ts -> chalk');
    expect(to('../model/project.ts')).toBeUndefined();
  });

  test('every folder of src has a row, cli and boot aside', () => {
    const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const unknown = folders.map((entry) => entry.name).filter((name) => !layers[name]);
    expect(unknown.filter((name) => name !== 'cli' && name !== 'boot')).toEqual([]);
  });
});

/** What loads at once with a file: our files, and imports of packages. */
function loadedWith(entry: string): { files: Set<string>; packages: string[] } {
  const seen = new Set<string>();
  const packages: string[] = [];
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { target, dynamic, typeOnly } of importsOf(file)) {
      if (dynamic || typeOnly || isNode(target)) continue;
      if (target.startsWith('.')) visit(resolve(dirname(file), target));
      else packages.push(`${relative(root, file)} -> ${target}`);
    }
  };
  visit(entry);
  return { files: seen, packages };
}

test('starting the command line loads no package', () => {
  expect(loadedWith(join(src, 'cli', 'main.ts')).packages).toEqual([]);
});

test.each(['exec', 'images', 'logs', 'ls', 'port', 'ps', 'stats', 'top', 'volumes'])(
  '%s, which only looks, loads nothing that plans or executes',
  (command) => {
    const loaded = [...loadedWith(join(src, 'cli', 'commands', `${command}.ts`)).files];
    const names = loaded.map((file) => relative(src, file));
    expect(names.filter((name) => /^(pipeline|plan\/|execute\/(execute|operations))/.test(name))).toEqual([]);
  },
);

test('files stay small: 400 lines at most, half of them at most 80', () => {
  const lines = files.map((file) => ({
    file: relative(root, file),
    lines: readFileSync(file, 'utf8').split('\n').length - 1,
  }));
  expect(lines.filter((one) => one.lines > 400)).toEqual([]);
  const sorted = lines.map((one) => one.lines).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80);
});

test('ARCHITECTURE.md prints the table', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const rows = Object.entries(layers).map(
    ([name, { imports, packages, holds }]) =>
      `| \`${name}\` | ${holds} | ${imports.join(', ') || '–'} | ${packages.join(', ') || '–'} |`,
  );
  expect(text).toContain(rows.join('\n'));
});
