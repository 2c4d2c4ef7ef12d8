import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tty-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'terminal.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    outfile: join(folder, 'terminal.mjs'),
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a terminal of this width gets, with its control characters. */
function onTerminal(environment: Record<string, string>, argument = '', cols = 60): Promise<string> {
  return new Promise((resolve) => {
    const terminal = spawn(process.execPath, [join(folder, 'terminal.mjs'), argument], {
      ...{ cols, rows: 20, name: environment['TERM'] ?? 'xterm' },
      env: { PATH: process.env['PATH'], ...environment },
    });
    let text = '';
    terminal.onData((data) => {
      text += data;
    });
    terminal.onExit(() => resolve(text));
  });
}

/** The lines of the last picture. */
const lastPicture = (text: string) =>
  stripVTControlCharacters(text)
    .split(/\r*\n/)
    .map((line) => line.trimEnd())
    .slice(-6);

const esc = '\x1b';

test('draws again in place, in colour, and leaves the end on the screen', async () => {
  const text = await onTerminal({});
  expect(text).toContain(`${esc}[32m`);
  expect(stripVTControlCharacters(text)).toContain('up 0/2');
  const lines = lastPicture(text).join('\n');
  expect(lines).toMatch(
    /up 2\/2\n.*✔ Container shop-db-1 +Started +[\d.]+s\n.*✔ Container shop-web-1 +Started/,
  );
  expect(lines).toContain('warning: a port is public\nthe end');
});

test('NO_COLOR takes the colours of our text away', async () => {
  const text = await onTerminal({ NO_COLOR: '1' });
  expect(text).not.toMatch(new RegExp(`${esc}\\[3[0-9]m. Container`));
  expect(stripVTControlCharacters(text)).toContain('up 2/2');
});

test('a failure keeps its mark', async () => {
  const lines = lastPicture(await onTerminal({}, 'fail')).join('\n');
  expect(lines).toMatch(/✘ Container shop-web-1 +no such image/);
});

test('no line is wider than a narrow terminal', async () => {
  const text = stripVTControlCharacters(await onTerminal({}, '', 30));
  expect(text.split(/\r*\n/).filter((line) => line.length > 30)).toEqual([]);
});

test('a dumb terminal gets plain lines', async () => {
  const text = await onTerminal({ TERM: 'dumb' });
  expect(text).not.toContain(`${esc}[`);
  expect(text).toContain('Container shop-db-1');
});
