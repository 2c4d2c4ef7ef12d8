import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const bits = [
  ...[
    ' ',
    '  ',
    '\n',
    ':',
    ': ',
    '- ',
    '#',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '&a ',
    '*a',
    '|\n',
    '>\n',
    '!reset ',
  ],
  ...[
    '!override ',
    '<<: *a',
    '---\n',
    '\\',
    '\t',
    '\r\n',
    '\u0000',
    '\ufeff',
    '\u2028',
    '${',
    '${A:-',
    '$$',
    '}',
    '~',
  ],
  ...[
    '99999999999999999999',
    '-1',
    '1e999',
    '0x',
    '.inf',
    'null',
    '2001-01-01',
    '1_0',
    '__proto__: {a: b}',
    'é',
    '😀',
  ],
  ...[
    'include: [compose.yaml]\n',
    'extends: a',
    'x-a: ',
    'services:',
    '80:80',
    '/',
    '..',
    'constructor',
    '? ',
  ],
];

/** Writes one input into an empty folder: the files of `test/diagnostics` and others, changed, and odd things besides. */
export function writeInput(folder: string, seed: number, texts: readonly string[]): void {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const put = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const changed = (): string => {
    let text = pick(texts);
    for (let n = Math.floor(next() * 5); n >= 0; n--) {
      const at = Math.floor(next() * (text.length + 1));
      const drop = next() < 0.5 ? 0 : Math.floor(next() * 6);
      text = text.slice(0, at) + (next() < 0.7 ? pick(bits) : '') + text.slice(at + drop);
    }
    return text;
  };
  const noise = (): Uint8Array => Uint8Array.from({ length: Math.floor(next() * 300) }, () => next() * 256);
  const odd: readonly (() => void)[] = [
    () => put('compose.yaml', noise()),
    () =>
      put(
        'compose.yaml',
        `${pick(['[', '{a: ', '- ', 'a:\n ', '${A:-'])}`.repeat(1 + Math.floor(next() * 20_000)),
      ),
    () => put('compose.yaml', `services: {a: {image: "${pick(bits).repeat(Math.floor(next() * 3_000))}"}}`),
    () => put('compose.yaml', `a: ${'x'.repeat(next() < 0.05 ? 10_000_000 : 10_000)}\n`),
    () => put('compose.yaml', Buffer.concat([Buffer.from(changed()), noise()])),
    () => symlinkSync('compose.yaml', join(folder, 'compose.yaml')),
    () => mkdirSync(join(folder, 'compose.yaml')),
    () => put('compose.yaml', 'include: [{path: [compose.yaml, b.yaml]}, b.yaml]\n'),
    () =>
      put(
        'compose.yaml',
        Array.from(
          { length: 30 },
          (_, i) => `k${i}: &k${i} [*k${Math.max(0, i - 1)}, *k${Math.max(0, i - 1)}]\n`,
        ).join(''),
      ),
  ];
  if (next() < 0.15) pick(odd)();
  else put('compose.yaml', changed());
  if (next() < 0.3) put('compose.override.yaml', changed());
  if (next() < 0.3) put('b.yaml', changed());
  if (next() < 0.3)
    put('.env', next() < 0.5 ? noise() : `A=${pick(bits)}\n${pick(bits)}=1\nB="${pick(bits)}\n`);
}
