import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Options } from '../../src/cli/command.ts';
import { lists } from '../../src/cli/config/lists.ts';
import { globalOptions } from '../../src/cli/globalOptions.ts';
import { leaves } from '../../src/cli/walkCommands.ts';

const src = resolve(import.meta.dirname, '../../src');
const entries = readFileSync(resolve(src, 'cli/commands.ts'), 'utf8');

/** Files of a command: its own, and what it imports below a folder of `cli`. Those of all commands don't count. */
function sourcesOf(file: string, seen = new Map<string, string>()): ReadonlyMap<string, string> {
  if (seen.has(file)) return seen;
  const text = readFileSync(file, 'utf8');
  seen.set(file, text);
  for (const [, target] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
    const path = resolve(dirname(file), target!);
    if (/^cli\/[^/]+\//.test(relative(src, path))) sourcesOf(path, seen);
  }
  return seen;
}

/** The names that a text takes out of a value called `from`: `from.a`, `from['b-c']`, `const { a, 'b-c': d } = from`. */
function namesRead(text: string, from: string): ReadonlySet<string> {
  const read = new Set<string>();
  for (const [, plain, quoted] of text.matchAll(
    new RegExp(`\\b${from}(?:\\?)?(?:\\.([a-z]\\w*)|\\??\\.?\\['([\\w-]+)'\\])`, 'g'),
  )) {
    read.add((plain ?? quoted)!);
  }
  const taken = new RegExp(`\\{([^{}]*)\\}\\s*=\\s*(?:\\w+\\.)?${from}\\b`, 'g');
  for (const [, names = ''] of text.matchAll(taken)) {
    for (const part of names.split(',')) {
      const name = /^\s*'?([\w-]+)'?/.exec(part)?.[1];
      if (name !== undefined) read.add(name);
    }
  }
  return read;
}

function unread(options: Options, texts: Iterable<string>, from: string, ...more: readonly string[]) {
  const read = new Set(more);
  for (const text of texts) for (const name of namesRead(text, from)) read.add(name);
  return Object.entries(options)
    .filter(([, { deprecated }]) => deprecated === undefined)
    .map(([name]) => name)
    .filter((name) => !read.has(name));
}

/** Options that are read by a computed name, and one that is handed on with all the others. */
const byList: Readonly<Record<string, readonly string[]>> = { config: [...Object.keys(lists), 'format'] };

describe('every option is read by somebody', () => {
  it.each(leaves().map(({ path, entry }) => [path.join(' '), entry] as const))('%s', async (name, entry) => {
    const command = await entry.load();
    const file = resolve(src, 'cli', fileOf(name) ?? `no file of ${name}`);
    expect(unread(command.options, sourcesOf(file).values(), 'options', ...(byList[name] ?? []))).toEqual([]);
  });

  it('the global ones too', () => {
    const all = new Map<string, string>();
    for (const { path } of leaves()) sourcesOf(resolve(src, 'cli', fileOf(path.join(' '))!), all);
    const shared = readdirSync(resolve(src, 'cli')).filter((name) => name.endsWith('.ts'));
    const texts = [...all.values(), ...shared.map((name) => readFileSync(resolve(src, 'cli', name), 'utf8'))];
    const settled = readFileSync(resolve(src, 'cli/global.ts'), 'utf8');
    // The version is asked for by what stands first on the command line.
    const first = ['version', ...namesRead(settled, 'values')];
    expect(unread(globalOptions, texts, 'global', ...first)).toEqual([]);
  });

  it('one that nobody reads would be noticed', () => {
    const options: Options = {
      seen: { type: 'boolean', summary: '' },
      'not-seen': { type: 'boolean', summary: '' },
    };
    const text = "if (options.seen) go(other['not-seen']); const { a, 'b-c': d } = options;";
    expect(unread(options, [text], 'options')).toEqual(['not-seen']);
    expect([...namesRead(text, 'options')]).toEqual(['seen', 'a', 'b-c']);
  });
});

/** Where a command's code lies, as the list of commands says. */
function fileOf(name: string): string | undefined {
  const key = name.split(' ').at(-1)!;
  const group = name.includes(' ') ? `${name.split(' ')[0]}/` : '';
  const pattern = new RegExp(`\\n\\s+'?${key}'?: \\{[^{}]*?import\\('\\./(commands/${group}[^/']+)'\\)`);
  return pattern.exec(entries)?.[1];
}
