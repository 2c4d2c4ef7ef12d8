import { expect, test } from 'vitest';
import type { ContainerDetails, Engine } from '../../src/engine/engine.ts';
import { Deaths } from '../../src/logs/deaths.ts';
import { Runs } from '../../src/logs/runs.ts';
import { unixNanoseconds } from '../../src/util/unix-time.ts';

const at = (second: number): string => `2026-01-02T03:04:0${second}.5Z`;
const dead = (second: number, exitCode: number) => ({ exitCode, timeNano: unixNanoseconds(at(second)) + 1n });

/** An engine whose container is in one state after another. */
function runsOf(...states: readonly Partial<ContainerDetails['state']>[]) {
  const left = [...states];
  const engine = {
    inspectContainer: async () => ({ state: left.length > 1 ? left.shift() : left[0] }),
  } as unknown as Engine;
  const deaths = new Deaths();
  const told: number[] = [];
  const runs = new Runs(engine, 'id', {
    ...{ signal: new AbortController().signal, startedAt: at(1), deaths },
    restarting: async (code) => {
      told.push(code);
    },
  });
  return { runs, deaths, told };
}

const running = (second: number, ended: number) =>
  ({ running: true, restarting: false, exitCode: 0, startedAt: at(second), finishedAt: at(ended) }) as const;

test('tells a restart that was over before the look, also if its event comes late', async () => {
  const { runs, deaths, told } = runsOf(running(3, 2));
  setTimeout(() => deaths.add(dead(2, 7)), 20);
  expect(await runs.next(0)).toHaveProperty('state.startedAt', at(3));
  expect(told).toEqual([7]);
  expect(await runs.next(0)).toHaveProperty('state');
  expect(told).toEqual([7]);
});

test('tells a restart once, while the engine waits with it', async () => {
  const waiting = { ...running(1, 2), restarting: true, exitCode: 7 };
  const { runs, deaths, told } = runsOf(waiting, waiting, running(3, 2));
  deaths.add(dead(2, 7));
  expect(await runs.next(0)).toHaveProperty('state.startedAt', at(3));
  expect(told).toEqual([7]);
});

test('tells restarts before an end, but not the end', async () => {
  const { runs, deaths, told } = runsOf({ ...running(3, 4), running: false, exitCode: 8 });
  deaths.add(dead(2, 7));
  deaths.add(dead(4, 8));
  expect(await runs.next(0)).toEqual({ exitCode: 8 });
  expect(told).toEqual([7]);
});
