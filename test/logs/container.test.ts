import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ContainerLog } from '../../src/logs/container.ts';
import type { LogLine } from '../../src/logs/line.ts';
import { logEngine, source, textOf, type Written } from './fake.ts';

test('a log that is read in several goes, while it grows, gives each line once', async () => {
  // Several entries of one time, as engines that count in seconds have them; the streams a little out of order.
  const entry = fc.record({
    stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    step: fc.integer({ min: 0, max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 30 }),
      fc.array(fc.nat({ max: 12 }), { maxLength: 6 }),
      fc.boolean(),
      async (steps, cuts, coarse) => {
        let at = 0;
        const all = steps.map(({ stream, step }, i): Written => {
          at += step * (coarse ? 1 : 1_000_000);
          return { stream, at: stream === 'stderr' ? Math.max(0, at - 1) : at, text: `line ${i}\n` };
        });
        const inOrder = perStream(all);
        let there = 0;
        const log = new ContainerLog(
          logEngine(() => all.slice(0, there), [...cuts]),
          source('a'),
        );
        const lines: LogLine[] = [];
        const read = async (): Promise<void> => {
          for await (const some of log.read({ tail: 'all' })) lines.push(...some);
        };
        for (const cut of cuts) {
          there = Math.min(all.length, there + cut);
          await read();
        }
        there = all.length;
        await read();
        await read();
        for (const stream of ['stdout', 'stderr'] as const) {
          expect(textOf(lines.filter((one) => one.stream === stream))).toEqual(
            inOrder.filter((one) => one.stream === stream).map(({ text }) => text.trimEnd()),
          );
        }
      },
    ),
  );
});

/** Times of one stream never go back. */
function perStream(entries: Written[]): Written[] {
  const last = { stdout: 0, stderr: 0 };
  return entries.map((one, i) => {
    const at = Math.max(one.at, last[one.stream]);
    last[one.stream] = at;
    entries[i] = { ...one, at };
    return entries[i]!;
  });
}

test('a line whose second part came after the connection was lost is put together', async () => {
  const all: Written[] = [
    { stream: 'stdout', at: 1, text: 'begin ' },
    { stream: 'stdout', at: 2, text: 'end\n' },
    { stream: 'stdout', at: 3, text: 'next\n' },
  ];
  const log = new ContainerLog(
    logEngine(() => all, [1]),
    source('a'),
  );
  const lines: LogLine[] = [];
  for (let i = 0; i < 2; i++) for await (const some of log.read({})) lines.push(...some);
  expect(textOf([...lines, ...log.end()])).toEqual(['begin end', 'next']);
});
