import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SizeFollower } from '../../../src/cli/process/size.ts';
import type { TerminalSize } from '../../../src/engine/engine.ts';

const size = (columns: number): TerminalSize => ({ rows: 20, columns });

describe('the size of a process’s terminal', () => {
  const over = new AbortController();
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function open(options: { redraw?: boolean; refuse?: number } = {}) {
    const sent: { at: number; columns: number }[] = [];
    const began = Date.now();
    const state = { now: size(80), refuse: options.refuse ?? 0 };
    const follower = new SizeFollower({
      current: () => state.now,
      send: async ({ columns }) => {
        if (state.refuse-- > 0) throw new Error('not started yet');
        sent.push({ at: Date.now() - began, columns });
      },
      redraw: options.redraw ?? false,
      signal: over.signal,
    });
    return { follower, sent, state };
  }

  test('the first one is tried until the process takes it, and confirmed', async () => {
    const { follower, sent } = open({ refuse: 3 });
    follower.begin();
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent.map(({ columns }) => columns)).toEqual([80, 80]);
  });

  test('redrawing: the other size and the real one are apart, and the real one is the last', async () => {
    const { follower, sent } = open({ redraw: true });
    follower.begin();
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent.map(({ columns }) => columns)).toEqual([81, 80, 80]);
    expect(sent[1]!.at - sent[0]!.at).toBeGreaterThanOrEqual(50);
  });

  test('of many changes the last one arrives, with a pause between any two', async () => {
    const { follower, sent, state } = open();
    follower.begin();
    for (let columns = 81; columns <= 120; columns++) {
      state.now = size(columns);
      follower.follow();
      await vi.advanceTimersByTimeAsync(7);
    }
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent.at(-1)?.columns).toBe(120);
    for (let i = 1; i < sent.length; i++) expect(sent[i]!.at - sent[i - 1]!.at).toBeGreaterThanOrEqual(50);
    follower.follow();
    state.now = size(50);
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent.at(-1)?.columns).toBe(50);
  });
});
