import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { ContainerLog } from '../../src/logs/container.ts';
import type { LogLine } from '../../src/logs/line.ts';
import { followByReading } from '../../src/logs/reread.ts';
import { source, textOf } from './fake.ts';

/** Writes as Podman 4 does: times of whole seconds, and a followed log that wakes, but leaves lines out. */
class CoarseEngine {
  readonly entries: { second: number; text: string }[] = [];
  reads = 0;
  #ended = false;
  #wake = () => {};

  write(second: number, ...texts: string[]): void {
    for (const text of texts) this.entries.push({ second, text });
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  get engine(): Engine {
    const self = this;
    const logs: Engine['logs'] = async function* (_, { follow, since, tail, signal }) {
      if (follow) {
        while (!self.#ended && signal?.aborted !== true) {
          await new Promise<void>((resolve) => {
            self.#wake = resolve;
            signal?.addEventListener('abort', () => resolve(), { once: true });
          });
          yield { stream: 'stdout', begins: true, data: Buffer.from('anything\n') };
        }
        return;
      }
      self.reads += 1;
      const all = self.entries.filter(({ second }) => second >= Number(since ?? 0) - zero);
      for (const { second, text } of all.slice(tail === 'all' ? 0 : -Number(tail))) {
        const stamp = new Date((zero + second) * 1000).toISOString().replace('.000Z', 'Z');
        yield { stream: 'stdout', begins: true, data: Buffer.from(`${stamp} ${text}\n`) };
      }
    };
    return { logs } as Partial<Engine> as Engine;
  }
}
const zero = Date.parse('2026-01-02T03:04:05Z') / 1000;

function follow(from: CoarseEngine, tail: number | 'all') {
  const lines: LogLine[] = [];
  const log = new ContainerLog(from.engine, source('a'));
  const { signal } = new AbortController();
  const ended = (async () => {
    for await (const some of followByReading(from.engine, log, { tail, signal })) lines.push(...some);
  })();
  return { ended, texts: () => textOf(lines) };
}

test('lines of one second come once and in order, though the followed log says none of them', async () => {
  const podman = new CoarseEngine();
  podman.write(0, 'a', 'b');
  const following = follow(podman, 'all');
  await sleep(30);
  podman.write(0, 'c', 'd');
  await sleep(150);
  podman.write(0, 'd', 'd');
  podman.write(1, 'e');
  podman.end();
  await following.ended;
  expect(following.texts()).toEqual(['a', 'b', 'c', 'd', 'd', 'd', 'e']);
});

test.each([
  [0, []],
  [1, ['c']],
  [3, ['a', 'b', 'c']],
  [9, ['0', 'a', 'b', 'c']],
])('the last %s of several lines of one second, and what comes after', async (tail, before) => {
  const podman = new CoarseEngine();
  podman.write(0, '0');
  podman.write(1, 'a', 'b', 'c');
  const following = follow(podman, tail);
  await sleep(30);
  podman.write(1, 'new');
  podman.end();
  await following.ended;
  expect(following.texts()).toEqual([...before, 'new']);
});

test('many pieces of news make few reads', async () => {
  const podman = new CoarseEngine();
  const following = follow(podman, 'all');
  for (let i = 0; i < 100; i++) {
    await sleep(2);
    podman.write(i, `${i}`);
  }
  podman.end();
  await following.ended;
  expect(following.texts()).toHaveLength(100);
  expect(podman.reads).toBeLessThan(20);
});
