import { expect, test } from 'vitest';
import { expired } from '../../../src/cli/volume/expired.ts';
import type { Snapshot, SnapshotReason } from '../../../src/model/snapshot.ts';

const day = 24 * 3600 * 1000;
const now = Date.parse('2026-01-31T00:00:00Z');

function snapshot(name: string, days: number, reason: SnapshotReason = 'down', volume = 'p_data'): Snapshot {
  const time = new Date(now - days * day).toISOString();
  return {
    ...{ name, project: 'p', volume, key: 'data', reason, keepSeconds: 7 * 24 * 3600 },
    original: { driver: 'local', options: {}, labels: {} },
    proved: { seal: `${name}-proved`, time, digest: 'd', bytes: 1, entries: 2 },
  };
}

const names = (all: readonly Snapshot[]) => expired(all, now).map(({ name }) => name);

test('a snapshot goes when its time is over', () => {
  expect(names([snapshot('old', 7.01), snapshot('young', 6.99)])).toEqual(['old']);
  expect(names([{ ...snapshot('kept longer', 20), keepSeconds: 30 * 24 * 3600 }])).toEqual([]);
});

test('of those that nobody asked for, a volume keeps the latest five', () => {
  const many = [6, 5, 4, 3, 2, 1].map((days) => snapshot(`${days} days`, days));
  const others = [snapshot('other', 6, 'down', 'p_logs'), snapshot('asked for', 6, 'manual')];
  expect(names([...others, ...many])).toEqual(['6 days']);
});

test('what carries a volume that is made anew, or is being taken, stays', () => {
  const { proved: _, ...taking } = snapshot('taking', 100);
  expect(names([snapshot('carry', 100, 'carry'), taking])).toEqual([]);
});
