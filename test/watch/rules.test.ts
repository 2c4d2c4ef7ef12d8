import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatchRule } from '../../src/model/service.ts';
import { contextLines, relativePattern, rulesFor } from '../../src/watch/rules.ts';
import { triggersOf } from '../../src/watch/triggers.ts';
import { project } from '../support/builders.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscw-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ruleOf(rule: Partial<WatchRule>, dockerignore?: string) {
  if (dockerignore !== undefined) writeFileSync(join(folder, '.dockerignore'), dockerignore);
  const build = dockerignore === undefined ? {} : { build: { context: folder, dockerfile: 'Dockerfile' } };
  const watch: WatchRule[] = [{ path: folder, action: 'sync', target: '/app', ...rule }];
  const one = project({ web: { ...build, develop: { watch } } });
  const [made] = await rulesFor(one, triggersOf(one).triggers);
  return made!;
}

describe('which paths a rule follows', () => {
  it.each<
    [what: string, rule: Partial<WatchRule>, dockerignore: string | undefined, yes: string[], no: string[]]
  >([
    ['everything below its path', {}, undefined, ['a', 'a/b/c', '.env'], ['../other', '../x/a']],
    [
      'not what editors and git keep',
      {},
      undefined,
      ['a~b', 'git/x'],
      [
        ...[
          'a.txt~',
          '.a.swp',
          'sub/.a.swx',
          '4913',
          '.git/HEAD',
          'sub/.git/index',
          '.idea/x.xml',
          '.#a',
          '#a#',
        ],
      ],
    ],
    [
      'not what it ignores',
      { ignore: ['*.foo', './ignored', 'node_modules/'] },
      undefined,
      ['a.js', 'sub/a.foo'],
      [...['a.foo', 'ignored/a', 'node_modules/x/y.js']],
    ],
    [
      'what is taken back from what is ignored',
      { ignore: ['*', '!src', 'src/*.log'] },
      undefined,
      ['src/a.js'],
      [...['a.js', 'other/a', 'src/a.log']],
    ],
    [
      'only what it includes',
      { include: ['A.*'] },
      undefined,
      ['A.test', 'A.x/below'],
      ['B.test', 'sub/A.test'],
    ],
    [
      'of what it includes, not what it ignores',
      { include: ['**/*.js'], ignore: ['**/*.test.js'] },
      undefined,
      [...['a.js', 'x/y/b.js']],
      ['a.ts', 'x/b.test.js'],
    ],
    [
      'not what the build ignores',
      {},
      '# notes\n/dist\n*.log\n!keep.log\n',
      ['src/a', 'keep.log', 'sub/x.log'],
      [...['dist/a.js', 'x.log']],
    ],
    ['a star says what the build sees, not what is followed', {}, '*\n!src\n', ['a', 'src/b'], []],
  ])('%s', async (_, rule, dockerignore, yes, no) => {
    const made = await ruleOf(rule, dockerignore);
    expect(yes.filter((path) => !made.has(join(folder, path)))).toEqual([]);
    expect(no.filter((path) => made.has(join(folder, path)))).toEqual([]);
    rmSync(join(folder, '.dockerignore'), { force: true });
  });

  it('goes into folders that may hold something, and not into others', async () => {
    const made = await ruleOf({ path: join(folder, 'src'), ignore: ['node_modules', 'gen', '!gen/keep'] });
    const into = ['.', 'src', 'src/a', 'src/gen'].filter((path) => !made.mayHaveBelow(join(folder, path)));
    const past = ['other', 'src/node_modules', 'src/a/.git'].filter((path) =>
      made.mayHaveBelow(join(folder, path)),
    );
    expect([into, past]).toEqual([[], []]);
  });

  it('a single file, unless the rule includes by name', async () => {
    const path = join(folder, 'package.json');
    expect((await ruleOf({ path })).has(path)).toBe(true);
    expect((await ruleOf({ path })).has(join(folder, 'package.json5'))).toBe(false);
    expect((await ruleOf({ path, include: ['*.md'] })).has(path)).toBe(false);
  });
});

it.each([
  ['./a/', ['a']],
  ['!./b', ['!b']],
  ['/w/src/*.js', ['src/*.js']],
  ['/elsewhere', []],
  ['  ', []],
])('the pattern %s below /w is %j', (line, pattern) => {
  expect(relativePattern('/w', line)).toEqual(pattern);
});

it('patterns of a build lose their leading slash', () => {
  expect(contextLines(['/dist', '!/dist/x', 'a/'])).toEqual(['dist', '!dist/x', 'a']);
});
