import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dispatch } from '../../src/cli/dispatch.ts';
import { referenceFiles } from '../../src/cli/reference/files.ts';
import { manPage } from '../../src/cli/reference/man.ts';
import { markdownPage } from '../../src/cli/reference/markdown.ts';
import { referencePages } from '../../src/cli/reference/page.ts';
import { splitShellWords } from '../../src/util/shellwords.ts';

const pages = await referencePages();
const commands = pages.filter((page) => page.members.length === 0);

/** The words of an example behind `tscompose`, up to what the shell does with its output. */
function wordsOf(line: string): readonly string[] {
  const [own = ''] = line.split(/ (?:[|>]|&&) /);
  return (splitShellWords(own) ?? []).slice(1);
}

describe('the reference of commands', () => {
  it.each(commands.map((page) => [page.path.join(' '), page] as const))('%s has examples', (_, page) => {
    expect(page.examples.length).toBeGreaterThan(0);
  });

  const examples = pages.flatMap(({ examples: all }) => all.map(([line]) => line));
  it.each(examples.filter((line) => line.startsWith('tscompose ')))('this can be typed: %s', async (line) => {
    expect((await dispatch(wordsOf(line))).kind).toBe('run');
  });

  it('has a page in both forms for everything that help lists', async () => {
    const files = await referenceFiles();
    expect(files.size).toBe(2 * pages.length);
    const up = pages.find(({ path }) => path.join() === 'up')!;
    expect(markdownPage(up)).toMatch(/\| `-d, --detach` \| Run in the background \|/);
    expect(manPage(up)).toMatch(/^\.TH "TSCOMPOSE-UP" "1"/);
    expect(manPage(up)).toContain('.TP\n.B \\-d, \\-\\-detach\nRun in the background\n');
  });

  it('is listed with the docs', () => {
    const index = readFileSync(resolve(import.meta.dirname, '../../docs/README.md'), 'utf8');
    expect(index).toContain('(cli/README.md)');
  });
});
