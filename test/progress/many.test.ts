import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Screen } from '../support/screen.ts';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'many-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'many.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    outfile: join(folder, 'many.mjs'),
  });
});
/** Programs on terminals take their time on a busy machine. */
vi.setConfig({ testTimeout: 90_000 });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Seen {
  /** The screen after each whole picture. */
  readonly pictures: readonly (readonly string[])[];
  /** Lines that left the screen at the top before the end. */
  readonly scrolled: number;
  readonly last: readonly string[];
}

/** What ends a picture. */
const whole = '\u001b[?2026l';
const probes = /2 of 3 probes|2\/3/;

function watch(columns: number, rows: number, resizeTo?: readonly [number, number]): Promise<Seen> {
  return new Promise((resolve) => {
    const screen = new Screen(columns, rows);
    const pictures: string[][] = [];
    let scrolled = 0;
    const terminal = spawn(process.execPath, [join(folder, 'many.mjs')], {
      ...{ cols: columns, rows, name: 'xterm' },
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    });
    let pending = '';
    terminal.onData((data) => {
      pending += data;
      for (let at = pending.indexOf(whole); at >= 0; at = pending.indexOf(whole)) {
        screen.write(pending.slice(0, at + whole.length));
        pending = pending.slice(at + whole.length);
        pictures.push(screen.lines);
        scrolled = screen.scrolled;
      }
      if (resizeTo !== undefined && pictures.at(-1)?.some((line) => probes.test(line))) {
        terminal.resize(...resizeTo);
        screen.resize(...resizeTo);
        resizeTo = undefined;
      }
    });
    terminal.onExit(() => {
      // What is left is the last picture, which has all rows and may scroll.
      screen.write(pending);
      resolve({ pictures, scrolled, last: screen.lines });
    });
  });
}

test.each([
  ['narrower and lower', [80, 14], [40, 8]],
  ['wider and higher', [40, 8], [100, 20]],
] as const)(
  'a terminal that gets %s meanwhile has one whole picture again',
  async (_, [columns, rows], to) => {
    const { pictures } = await watch(columns, rows, to);
    const later = pictures.filter((lines) => lines.some((line) => / up 4[0-9]\/50/.test(line)));
    const heads = (lines: readonly string[]) => lines.filter((line) => / up \d+\/50/.test(line)).length;
    const one = later.at(-1) ?? [];
    expect(heads(one)).toBe(1);
    expect(one.at(-1)).toMatch(/^ {2}… \d+ more done/);
    expect(Math.max(...one.map((line) => line.length))).toBeLessThanOrEqual(to[0]);
    expect(one.length).toBeLessThan(to[1]);
  },
);

const withoutTimes = (lines: readonly string[]) =>
  lines.map((line) => line.replace(/[\d.]+s$/, '#s').replace(/^. up/, '# up'));
const withProbes = ({ pictures }: Seen) =>
  withoutTimes(pictures.findLast((lines) => lines.some((line) => probes.test(line))) ?? []);

test('fifty services on 80 columns: nothing scrolls, what waits says why', async () => {
  const seen = await watch(80, 12);
  expect(seen.scrolled).toBe(0);
  expect(withProbes(seen)).toMatchInlineSnapshot(`
    [
      "# up 0/50",
      "  ⠿ Container shop-db-1    Waiting  health: probe 9: exit 1              #s",
      "  ⠿ Container shop-web1-1  waiting for db: healthy, 2 of 3 probes failed #s",
      "  ⠿ Container shop-web2-1  waiting for db: healthy, 2 of 3 probes failed #s",
      "  ⠿ Container shop-web3-1  waiting for db: healthy, 2 of 3 probes failed #s",
      "  ⠿ Container shop-web4-1  waiting for db: healthy, 2 of 3 probes failed #s",
      "  ⠿ Container shop-web5-1  waiting for db: healthy, 2 of 3 probes failed #s",
      "  ⠿ Container shop-web6-1  waiting for db: healthy, 2 of 3 probes failed #s",
      "  ⠿ Container shop-web7-1  waiting for db: healthy, 2 of 3 probes failed #s",
      "  ⠿ Container shop-web8-1  waiting for db: healthy, 2 of 3 probes failed #s",
      "  … 41 more waiting",
    ]
  `);
  expect(seen.last.at(-1)).toBe('the end');
});

test('and on 40 columns', async () => {
  const seen = await watch(40, 10);
  expect(seen.scrolled).toBe(0);
  expect(withProbes(seen)).toMatchInlineSnapshot(`
    [
      "# up 0/50",
      "  ⠿ shop-db-1    Waiting  healt… #s",
      "  ⠿ shop-web1-1  db: healthy 2/3 #s",
      "  ⠿ shop-web2-1  db: healthy 2/3 #s",
      "  ⠿ shop-web3-1  db: healthy 2/3 #s",
      "  ⠿ shop-web4-1  db: healthy 2/3 #s",
      "  ⠿ shop-web5-1  db: healthy 2/3 #s",
      "  ⠿ shop-web6-1  db: healthy 2/3 #s",
      "  … 43 more waiting",
    ]
  `);
});
