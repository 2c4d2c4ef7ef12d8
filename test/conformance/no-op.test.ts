import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manyServices, StandIn, standInProgram } from '../support/stand-in.ts';

const root = resolve(import.meta.dirname, '../..');
const skip = !existsSync(standInProgram(root)) || !existsSync(resolve(root, 'dist/main.js'));

let engine: StandIn | undefined;
beforeAll(async () => {
  if (skip) return;
  engine = new StandIn(root);
  await engine.open();
}, 60_000);
afterAll(() => engine?.close());

test.skipIf(skip)(
  'an up with nothing to do costs five calls, however many services there are',
  async () => {
    const one = engine!;
    const times: number[] = [];
    for (const count of [50, 200]) {
      one.file(manyServices(count));
      const first = await one.tscompose('up', '-d');
      expect(first.code, first.text).toBe(0);
      expect(one.take().filter((call) => call === 'POST /containers/create')).toHaveLength(count);
      const second = await one.tscompose('up', '-d');
      expect(second.code, second.text).toBe(0);
      expect(second.text).not.toMatch(/Recreate|Creating|Starting/);
      const calls = one.take();
      expect(calls.filter((call) => !call.startsWith('GET') && !call.startsWith('HEAD'))).toEqual([]);
      expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(5);
      times.push(Math.min(second.ms, (await one.tscompose('up', '-d')).ms));
      one.take();
    }
    // Linear, with the start of the program in both: four times the services take less than four times the time.
    expect(times[1]!).toBeLessThan(4 * times[0]!);
  },
  120_000,
);
