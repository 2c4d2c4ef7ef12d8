import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Gatherer } from '../../src/watch/gather.ts';
import { Lane, type LaneWork } from '../../src/watch/lane.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('changes of services', () => {
  function lane(takes: number) {
    const done: string[] = [];
    const made = new Lane(async ({ rebuild, restart }: LaneWork) => {
      const text = `${rebuild.join('+')}/${restart.join('+')}`;
      done.push(`begin ${text}`);
      await new Promise((resolve) => setTimeout(resolve, takes));
      done.push(`end ${text}`);
    });
    return { made, done };
  }

  it('many saves are one rebuild, when they are over', async () => {
    const { made, done } = lane(10);
    for (let i = 0; i < 10; i++) {
      void made.ask({ rebuild: ['web'], restart: [] });
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(done).toEqual([]);
    expect(made.busy).toBe(true);
    await vi.advanceTimersByTimeAsync(320);
    expect(done).toEqual(['begin web/', 'end web/']);
    expect(made.busy).toBe(false);
  });

  it('saves that never end are built after a while', async () => {
    const { made, done } = lane(10);
    for (let i = 0; i < 30; i++) {
      void made.ask({ rebuild: ['web'], restart: [] });
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(done[0]).toBe('begin web/');
  });

  it('what is asked for meanwhile is done next, once; what is made anew is not restarted', async () => {
    const { made, done } = lane(1000);
    const first = made.ask({ rebuild: [], restart: ['db'] });
    await vi.advanceTimersByTimeAsync(100);
    expect(done).toEqual(['begin /db']);
    const second = made.ask({ rebuild: ['web'], restart: ['api'] });
    void made.ask({ rebuild: ['web'], restart: ['web'] });
    await vi.advanceTimersByTimeAsync(3000);
    await Promise.all([first, second]);
    expect(done).toEqual(['begin /db', 'end /db', 'begin web/api', 'end web/api']);
  });

  it('a failure ends its turn only; after the end nothing begins', async () => {
    let turns = 0;
    const made = new Lane(async () => {
      turns += 1;
      throw new Error('no');
    });
    const failed = made.ask({ rebuild: [], restart: ['web'] });
    await vi.advanceTimersByTimeAsync(1);
    await failed;
    void made.ask({ rebuild: ['web'], restart: [] });
    await made.close();
    await made.ask({ rebuild: ['web'], restart: [] });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(turns).toBe(1);
    expect(made.busy).toBe(false);
  });
});

it('news within moments are one batch, and endless news come in several', async () => {
  vi.useRealTimers();
  const batches: number[] = [];
  const gatherer = new Gatherer((paths) => batches.push(paths.size));
  for (const path of ['/a', '/b', '/a']) gatherer.add(path);
  await sleep(150);
  expect(batches).toEqual([2]);
  for (const end = Date.now() + 600; Date.now() < end; await sleep(5)) gatherer.add(`/${Date.now()}`);
  expect(batches.length).toBeGreaterThan(1);
  const before = batches.length;
  await sleep(100);
  gatherer.add('/late');
  gatherer.close();
  await sleep(60);
  expect(batches.length).toBeLessThanOrEqual(before + 1);
});
